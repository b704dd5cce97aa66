import { describe, expect, it } from 'vitest';
import { writtenKind } from '../../../src/audit/survey.ts';

describe('the kind that is written', () => {
  it.each([
    ['kind: Pod\n', 'Pod'],
    ['apiVersion: v1\nkind: Pod # a comment\nspec:\n  kind: Other\n', 'Pod'],
    ['# Source: a/b.yaml\n\n  # more\napiVersion: v1\nkind:   Pod  \r\n', 'Pod'],
  ])('is read of %j', (text, kind) => {
    expect(writtenKind(text)).toBe(kind);
  });

  it.each([
    [''],
    ['# kind: Pod\n'],
    ['apiVersion: v1\n'],
    ['{ kind: Pod }'],
    ['{\nkind: Pod }'],
    ['- kind: Pod\n'],
    ['"kind": Pod\n'],
    ['kind: "Pod"\n'],
    ['kind: &k Pod\n'],
    ['kind: *k\n'],
    ['kind:\n  Pod\n'],
    ['kind: Pod\nkind: Service\n'],
    ['kind: Pod\nkind:\n'],
    ['| \nkind: Pod\n'],
    ['? kind\n: Pod\n'],
    ['<<: *x\nkind: Pod\n'],
    ['  kind: Pod\n'],
  ])('is not guessed of %j', (text) => {
    expect(writtenKind(text)).toBeUndefined();
  });
});
