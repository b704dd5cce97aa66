import type { ContainerView } from './view.ts';

/** Says whether a container is one that a rule leaves alone, such as an injected mesh proxy. */
export type ContainerMatcher = (container: ContainerView) => boolean;

/** Containers by name or image. Both are globs: `*` stands for any characters, `/` included. */
export interface ContainerPatterns {
  readonly names?: readonly string[];
  readonly images?: readonly string[];
}

/** Compiles patterns once, when the configuration is read, because they are asked for every container of every review. */
export function containerMatcher(patterns: ContainerPatterns): ContainerMatcher {
  const name = globs(patterns.names ?? []);
  const image = globs(patterns.images ?? []);
  return (container) => name(container.name) || image(container.image);
}

function globs(patterns: readonly string[]): (text: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const expressions = patterns.filter((pattern) => pattern.includes('*')).map(globExpression);
  return (text) => exact.has(text) || expressions.some((expression) => expression.test(text));
}

function globExpression(pattern: string): RegExp {
  const source = pattern
    .split(/\*+/)
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${source}$`, 's');
}
