import { readFileSync } from 'node:fs';

interface PackageInfo {
  readonly version: string;
}

/** package.json lies one folder above the source and above the bundle alike; the loop finds it from both. */
export function packageInfo(): PackageInfo {
  for (const up of ['../package.json', '../../package.json']) {
    try {
      const info = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as {
        name?: string;
      } & PackageInfo;
      if (info.name === 'gracegate') return info;
    } catch {
      // Not at this level.
    }
  }
  return { version: 'unknown' };
}
