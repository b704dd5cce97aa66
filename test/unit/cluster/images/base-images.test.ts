import { describe, expect, it } from 'vitest';
import { librariesOf } from '../../../cluster/images/base-images.ts';

describe('librariesOf', () => {
  it('takes libraries and the loader, and leaves what has no file', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007ffd0a9f2000)',
      '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f62e7a1f000)',
      '\tlibmissing.so.1 => not found',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f62e7b0d000)',
    ].join('\n');
    expect(librariesOf(output)).toEqual(['/lib/x86_64-linux-gnu/libm.so.6', '/lib64/ld-linux-x86-64.so.2']);
  });

  it('takes none of a static program', () => {
    expect(librariesOf('\tstatically linked\n')).toEqual([]);
  });
});
