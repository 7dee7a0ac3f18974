/** Whether a JWT was signed by a trusted issuer for us and is in time: what a caller's own token proves. */
import { gateItem, gateKey } from '../identity-providers/gate.ts';
import { Problem } from '../platform/problems.ts';
import type { Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import { checkTimes, type TokenTimes } from './claims.ts';
import type { SignatureProver } from './prove-signature.ts';
import { TOKEN_STEPS, type TrustedIssuer } from './steps.ts';
import type { Token } from './token.ts';

export interface Proven {
  readonly times: TokenTimes;
  /** Under which the signature was checked: once it is raised, nothing that rests on the token holds any more. */
  readonly keyGeneration: number;
  readonly now: Instant;
}

/** The step that refused it, for the log: a caller is told nothing of it. */
export interface NotProven {
  readonly failedStep: string;
}

/** Fetches until nothing has to be fetched any more: keys that are missing, then once more for an unknown `kid`. */
const ROUNDS_MAX = 6;

export interface BearerParts {
  readonly table: Table;
  readonly clock: Clock;
  readonly signatureProver: SignatureProver;
}

/** @throws Problem `unavailable` when the issuer does not answer */
export const bearerChecker =
  ({ table, clock, signatureProver }: BearerParts) =>
  async (token: Token, issuer: TrustedIssuer): Promise<Proven | NotProven> => {
    let askedForKid = false;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const gate = await gateItem.read(table, gateKey(issuer.id));
      if (!gate) return { failedStep: 'issuer' }; // deleted since it was found
      const hadKeys = signatureProver.hasKeys(issuer, gate);
      const proved = await signatureProver.prove(token, issuer, gate, askedForKid);
      if (!proved) {
        askedForKid = hadKeys;
        continue;
      }
      const now = clock();
      const facts = { token, issuer, ...proved };
      const failed = TOKEN_STEPS.find(({ check }) => check(facts, now) !== null);
      if (failed) return { failedStep: failed.name };
      const times = checkTimes(token.claims, now);
      if (!times.ok) return { failedStep: 'times' };
      return { times: times.times, keyGeneration: gate.keyGeneration, now };
    }
    throw new Problem('unavailable', { what: 'The issuer' });
  };
export type CheckBearer = ReturnType<typeof bearerChecker>;
