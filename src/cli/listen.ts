import type { AddressInfo } from 'node:net';
import { UserError } from './errors.ts';

/** The part of an application that listening needs; those of HTTP and of HTTPS differ in the rest of their types. */
interface Listener {
  listen(options: { port: number; host: string }): Promise<string>;
  addresses(): (AddressInfo | string)[];
}

/** Listens and gives the port, which the system has chosen where 0 was asked. */
export async function listen(app: Listener, port: number, host: string): Promise<number> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EADDRINUSE')
      throw new UserError(`port ${port} on ${host} is taken; choose another`, { cause: error });
    if (code === 'EACCES')
      throw new UserError(`port ${port} needs more privileges; choose one above 1023`, { cause: error });
    throw error;
  }
  const [address] = app.addresses();
  return typeof address === 'object' ? address.port : port;
}
