/** Names and messages as short as they can be read: aliases of YAML make very much of a long name. */
import type { ReportedObject } from '../report/report.ts';
import { mostOfText } from './limits.ts';

/** Plain data with all its texts cut. */
export function shortened<Data>(data: Data): Data;
export function shortened(data: unknown): unknown {
  if (typeof data === 'string') return data.length > mostOfText ? `${data.slice(0, mostOfText)}…` : data;
  if (Array.isArray(data)) return data.map((item) => shortened<unknown>(item));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, shortened<unknown>(value)]));
}

export function shortenedObject(object: ReportedObject): ReportedObject {
  const { apiVersion, kind, namespace, name, place, violations, exempted, notices } = object;
  return {
    ...shortened({ apiVersion, kind, namespace, name, violations, exempted, notices }),
    ...(place !== undefined && { place }),
    life: () => shortened(object.life?.()),
  };
}
