import type { Command } from 'commander';
import { port } from './arguments.ts';
import type { Streams } from './audit.ts';

interface PlaygroundFlags {
  readonly port: number;
  readonly config?: string;
}

/** Adds `gracegate playground`. */
export function addPlayground(program: Command, streams: Streams): void {
  program
    .command('playground')
    .description('a web page that judges manifests while they are typed')
    .option('--port <PORT>', 'port on the loopback; 0 for any that is free', port, 8090)
    .option('--config <FILE>', 'GracegateConfiguration with more profiles')
    .action(async (flags: PlaygroundFlags) => {
      const { openPlayground } = await import('./playground.ts');
      const { untilStopped } = await import('./signals.ts');
      await untilStopped(async () => {
        const playground = await openPlayground(flags, streams);
        streams.stdout.write(`Gracegate playground: ${playground.url}\nCtrl-C ends this.\n`);
        return playground;
      });
    });
}
