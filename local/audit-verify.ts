/** `npm run audit:verify`: whether the audit of the running system is what was sealed. Exits 0, 1 with findings, or 2. */
import { type Report, verifyAudit } from '../shared/audit/verify.ts';
import { formatInstant } from '../shared/platform/time.ts';
import { auditEvidence } from './audit-evidence.ts';
import { auditLedger } from './audit-ledger.ts';
import { readSettings } from './settings.ts';
import { reasonOf, StartFault } from './start-fault.ts';

/** Beyond it they are counted only: a chain that is broken early can have one for each event. */
const FINDINGS_SHOWN_MAX = 100;

process.exitCode = await run();

async function run(): Promise<0 | 1 | 2> {
  const ledger = auditLedger();
  let findings = 0;
  const tell = (finding: string): void => {
    findings += 1;
    if (findings <= FINDINGS_SHOWN_MAX) console.log(finding);
  };
  try {
    const report = await verifyAudit({ ...(await auditEvidence(readSettings().dataFolder)), ledger }, tell);
    if (findings > FINDINGS_SHOWN_MAX) console.log(`… and ${findings - FINDINGS_SHOWN_MAX} more findings.`);
    for (const line of linesOf(report)) console.log(line);
    console.log(
      findings === 0 ? 'The audit is as it was sealed.' : `The audit is NOT as it was sealed: ${findings} findings.`,
    );
    return findings === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof StartFault ? error.message : `The audit cannot be verified: ${reasonOf(error)}`);
    return 2;
  } finally {
    ledger.close();
  }
}

function linesOf({ roots, seals, events, late, sealedUpTo, unsealed }: Report): string[] {
  const upTo =
    sealedUpTo === null ? 'nothing is sealed yet' : `all that was written before ${formatInstant(sealedUpTo)}`;
  const since = unsealed.since === null ? '' : `, since ${formatInstant(unsealed.since)}`;
  return [
    `Verified: ${events} events in ${seals} seals, ${roots} signed roots; ${upTo}.`,
    ...(late === 0 ? [] : [`${late} events turned up late: they were sealed after their minute had been vouched for.`]),
    `Not sealed yet, so that a change of them would show nowhere: ${unsealed.count} events${since}.`,
  ];
}
