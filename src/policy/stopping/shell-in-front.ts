import { asArray, asString, type Json } from '../json.ts';
import type { ContainerView, PodView } from '../objects/view.ts';
import { isOpaquePreStop } from './pre-stop-action.ts';
import { shellAsPid1 } from './shell.ts';

/** A shell that stands between SIGTERM and the application. */
export interface ShellInFront {
  /** `sh`, `bash`. */
  readonly shell: string;
  /** False where the shell is not PID 1: then it dies of the signal, and the application with it. */
  readonly ignoresSignal: boolean;
}

export function shellInFront(pod: PodView, container: ContainerView): ShellInFront | undefined {
  // Such a hook may be what stops the application, so that it needs no signal.
  if (isOpaquePreStop(container)) return undefined;
  const shell = shellAsPid1(words(container.raw['command']), words(container.raw['args']));
  if (shell === undefined) return undefined;
  // In a shared process namespace PID 1 is the pause container, or the init of the node.
  const isPid1 = pod.spec['shareProcessNamespace'] !== true && pod.spec['hostPID'] !== true;
  return { shell, ignoresSignal: isPid1 };
}

function words(value: Json | undefined): string[] {
  return asArray(value).map((word) => asString(word) ?? '');
}
