import { describe, expect, it } from 'vitest';
import { mainModuleFor } from '../../cluster/go-module.ts';

const kubernetes = { path: 'k8s.io/kubernetes', version: '1.37.1' };

describe('mainModuleFor', () => {
  it('replaces staging folders by the versions published for that release', () => {
    const goMod = {
      Go: '1.26.0',
      Replace: [
        { Old: { Path: 'k8s.io/api' }, New: { Path: './staging/src/k8s.io/api' } },
        { Old: { Path: 'k8s.io/client-go' }, New: { Path: './staging/src/k8s.io/client-go' } },
      ],
    };
    expect(mainModuleFor(kubernetes, goMod).split('\n')).toEqual([
      'module build',
      'go 1.26.0',
      'require k8s.io/kubernetes v1.37.1',
      'replace k8s.io/api => k8s.io/api v0.37.1',
      'replace k8s.io/client-go => k8s.io/client-go v0.37.1',
      '',
    ]);
  });

  it('keeps a replacement by another published module', () => {
    const goMod = {
      Go: '1.26.0',
      Replace: [{ Old: { Path: 'example.org/a' }, New: { Path: 'example.org/fork', Version: 'v1.2.3' } }],
    };
    expect(mainModuleFor(kubernetes, goMod)).toContain('replace example.org/a => example.org/fork v1.2.3\n');
  });

  it('leaves folders of a multi-module repository to the versions it requires', () => {
    const goMod = {
      Go: '1.26.0',
      Replace: [{ Old: { Path: 'go.etcd.io/etcd/api/v3' }, New: { Path: '../api' } }],
    };
    expect(mainModuleFor({ path: 'go.etcd.io/etcd/server/v3', version: '3.7.3' }, goMod)).not.toContain(
      'replace',
    );
  });

  it.each([{ Go: '1.26.0' }, { Go: '1.26.0', Replace: null }])('takes %j without replacements', (goMod) => {
    expect(mainModuleFor(kubernetes, goMod)).not.toContain('replace');
  });

  it('refuses a go.mod without a Go version', () => {
    expect(() => mainModuleFor(kubernetes, {})).toThrow('names no Go version');
  });
});
