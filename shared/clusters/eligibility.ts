/** Which clusters people may sign in to (S1). Pure. */
import type { FieldError } from '../platform/problems.ts';
import type { Distribution } from './schema.ts';

interface Offered {
  readonly tier: string;
  readonly distribution: Distribution;
  readonly mongoDbVersion: string;
}

/** Percona Server for MongoDB has OIDC from these releases of its two lines on (Percona release notes). */
const PERCONA_FIRST = [
  { line: [7, 0], first: [7, 0, 24, 13], text: '7.0.24-13' },
  { line: [8, 0], first: [8, 0, 12, 4], text: '8.0.12-4' },
] as const;
/** Workforce identity federation needs MongoDB 7.0.11 (MongoDB Atlas documentation, Workforce Identity Federation). */
const MONGODB_FIRST = [7, 0, 11];

/** Left out, the distribution follows from the tier. */
export const defaultDistribution = (tier: string): Distribution => (tier === 'SELF_MANAGED' ? 'ENTERPRISE' : 'ATLAS');

/** Every reason why workforce access cannot work there; empty when it can. */
export const eligibilityFaults = (cluster: Offered): FieldError[] => [
  ...tierFaults(cluster.tier),
  ...distributionFaults(cluster),
  ...versionFaults(cluster),
];

function tierFaults(tier: string): FieldError[] {
  if (tier === 'SELF_MANAGED') return [];
  const size = Number(/^[MR](\d+)/.exec(tier)?.[1] ?? 0);
  if (size >= 10) return [];
  const message = `${tier} is not a dedicated tier, and workforce access needs one: M10 or larger, or SELF_MANAGED.`;
  return [{ pointer: '/tier', message }];
}

function distributionFaults({ tier, distribution }: Offered): FieldError[] {
  const isAtlas = tier !== 'SELF_MANAGED';
  if (isAtlas === (distribution === 'ATLAS')) return [];
  const message = isAtlas
    ? `${tier} is an Atlas tier, so the distribution is ATLAS.`
    : 'A self-managed cluster runs ENTERPRISE or PERCONA.';
  return [{ pointer: '/distribution', message }];
}

function versionFaults({ distribution, mongoDbVersion }: Offered): FieldError[] {
  const version = mongoDbVersion.split(/[.-]/).map(Number);
  const message =
    distribution === 'PERCONA' ? perconaFault(mongoDbVersion, version) : mongoDbFault(mongoDbVersion, version);
  return message === null ? [] : [{ pointer: '/mongoDbVersion', message }];
}

const mongoDbFault = (text: string, version: readonly number[]): string | null =>
  isBefore(version, MONGODB_FIRST) ? `MongoDB ${text} has no workforce access; it begins with 7.0.11.` : null;

function perconaFault(text: string, version: readonly number[]): string | null {
  if (version.length < 4) return `Give Percona's full version with its build, such as 7.0.24-13; ${text} has none.`;
  const line = PERCONA_FIRST.find(({ line: [major, minor] }) => version[0] === major && version[1] === minor);
  const isNewerLine = !isBefore(version, [8, 1]);
  if (line ? !isBefore(version, line.first) : isNewerLine) return null;
  return `Percona Server for MongoDB ${text} has no OIDC; it begins with ${PERCONA_FIRST.map((one) => one.text).join(' and ')}.`;
}

/** Part by part; a part that is missing counts as 0. */
function isBefore(version: readonly number[], first: readonly number[]): boolean {
  const length = Math.max(version.length, first.length);
  for (let part = 0; part < length; part++) {
    const difference = (version[part] ?? 0) - (first[part] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
