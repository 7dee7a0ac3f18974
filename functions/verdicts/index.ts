/** POST /v1/clusters/{clusterId}/introspect: the hot path, apart so that it stays small. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answerProblems } from '../../shared/api/middleware.ts';
import { bodyText, headerOf } from '../../shared/api/request.ts';
import { admissionWith } from '../../shared/callers/admission.ts';
import { sampledUse, useOn } from '../../shared/callers/use.ts';
import { clusterItem, clusterKey } from '../../shared/clusters/store.ts';
import { sampledGrantUse } from '../../shared/grants/sampled-use.ts';
import { grantUseWriter } from '../../shared/grants/use.ts';
import { keyKeeper } from '../../shared/identity-providers/keys.ts';
import { issuerProver } from '../../shared/identity-providers/prove.ts';
import { atMost } from '../../shared/platform/at-most.ts';
import { bootTable, clock, logOf, withoutRetries } from '../../shared/platform/boot.ts';
import { bootOutside } from '../../shared/platform/boot-outside.ts';
import { commitWith } from '../../shared/platform/commit.ts';
import { idsOn } from '../../shared/platform/ids.ts';
import { secretReader } from '../../shared/platform/secrets.ts';
import { OUTSIDE, SECRET, settings, WRITER } from '../../shared/platform/settings.ts';
import { peopleWith } from '../../shared/role-bindings/people.ts';
import { bearerChecker } from '../../shared/tokens/check-bearer.ts';
import { signatureProver } from '../../shared/tokens/prove-signature.ts';
import { signatureCache } from '../../shared/tokens/signature.ts';
import { cacheControlOf } from '../../shared/verdicts/answer.ts';
import { readToken } from '../../shared/verdicts/form.ts';
import type { Verdict } from '../../shared/verdicts/operations.ts';
import { verdictService } from '../../shared/verdicts/service.ts';
import { verdictStore } from '../../shared/verdicts/store.ts';

/** Some 30 MB at most: the tokens of a busy gateway's users, several times over. */
const SIGNATURES_MAX = 100_000;

/**
 * The longest that a verdict waits for uses to be written, which is once in ten seconds for each grant and instance: the
 * instance is frozen afterwards, and what is not on its way by then is not seen. A write takes a tenth of it.
 */
const USE_MS_MAX = 50;

const env = settings({ TABLE: WRITER.TABLE, BOOTSTRAP_SECRET: SECRET, ...OUTSIDE });
const log = logOf('verdicts');
const table = bootTable(env.TABLE);
const bootstrapKey = secretReader(env.BOOTSTRAP_SECRET, clock);
// It stores fetched keys, which need no hand later: it has no queue to nudge.
const commit = commitWith({ table, ids: idsOn(clock), log, nudger: { nudge: async () => {} } });
const prover = signatureProver({
  keys: keyKeeper({ table, commit, clock, log, prover: issuerProver(bootOutside(env).outside) }),
  signatures: signatureCache({ entriesMax: SIGNATURES_MAX }),
  clock,
});
const use = useOn(table);
const checkBearer = bearerChecker({ table, clock, signatureProver: prover });
const people = peopleWith({ table, clock, use, checkBearer });
const admit = admissionWith({ table, clock, bootstrapKey, people });
const seen = sampledUse(use, log);
const grantUse = sampledGrantUse({
  write: grantUseWriter(withoutRetries(table)),
  log,
  clock,
  later: (run, ms) => setTimeout(run, ms).unref(),
});
const verdicts = verdictService({ store: verdictStore(table), signatureProver: prover, clock });

// No line for each call, as hundreds come in a second: API Gateway's access log has them. Faults are logged.
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(answerProblems(log))
  .handler(async (event: APIGatewayProxyEventV2) => {
    grantUse.flush(); // beside the reads of this verdict
    const clusterId = event.pathParameters?.clusterId ?? '';
    const about = async () => (await clusterItem.read(table, clusterKey(clusterId)))?.federationId;
    const admission = await admit(headerOf(event, 'authorization'), about);
    const text = readToken(headerOf(event, 'content-type'), bodyText(event));
    const { verdict, cluster, caller, now } = await verdicts.introspect(admission, clusterId, text);
    const uses = grantUse.used(verdict.active ? verdict.grants : [], now);
    await atMost(USE_MS_MAX, Promise.all([seen(caller.id, now), uses]));
    const headers = {
      'content-type': 'application/json',
      'cache-control': cacheControlOf(verdict, cluster.verdictMaxAge, now),
    };
    return { statusCode: 200, headers, body: JSON.stringify(verdict satisfies Verdict) };
  });
