import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { accessPolicyRoutes } from '../../shared/access-policies/routes.ts';
import { accessPolicyService } from '../../shared/access-policies/service.ts';
import { accessTokenRoutes } from '../../shared/access-tokens/routes.ts';
import { accessTokenService } from '../../shared/access-tokens/service.ts';
import { dispatch } from '../../shared/api/dispatch.ts';
import { healthRoutes } from '../../shared/api/health.ts';
import { answerProblems, logCalls } from '../../shared/api/middleware.ts';
import { pagerOf } from '../../shared/api/paging.ts';
import { auditRoutes } from '../../shared/audit/routes.ts';
import { auditService } from '../../shared/audit/service.ts';
import { callerIssuerRoutes } from '../../shared/caller-issuers/routes.ts';
import { callerIssuerService } from '../../shared/caller-issuers/service.ts';
import { admissionWith, authenticateWith } from '../../shared/callers/admission.ts';
import { callerRoutes } from '../../shared/callers/routes.ts';
import { callerService } from '../../shared/callers/service.ts';
import { useOn } from '../../shared/callers/use.ts';
import { clusterRoutes } from '../../shared/clusters/routes.ts';
import { clusterService } from '../../shared/clusters/service.ts';
import { connectionRoutes } from '../../shared/connections/routes.ts';
import { connectionService } from '../../shared/connections/service.ts';
import type { Connectors } from '../../shared/connectors/connector.ts';
import { customRoleRoutes } from '../../shared/custom-roles/routes.ts';
import { customRoleService } from '../../shared/custom-roles/service.ts';
import { proverWith } from '../../shared/domains/prove.ts';
import { domainRoutes } from '../../shared/domains/routes.ts';
import { domainService } from '../../shared/domains/service.ts';
import { freezeRoutes } from '../../shared/freezes/routes.ts';
import { freezeService } from '../../shared/freezes/service.ts';
import { grantRoutes } from '../../shared/grants/routes.ts';
import { grantService } from '../../shared/grants/service.ts';
import { hookDeliveries } from '../../shared/hooks/deliver.ts';
import { hookRoutes } from '../../shared/hooks/routes.ts';
import { hookService } from '../../shared/hooks/service.ts';
import { ticketEnder } from '../../shared/hooks/ticket-end.ts';
import { hookTrials } from '../../shared/hooks/trial.ts';
import { keyKeeper } from '../../shared/identity-providers/keys.ts';
import { issuerProver } from '../../shared/identity-providers/prove.ts';
import { identityProviderRoutes } from '../../shared/identity-providers/routes.ts';
import { identityProviderService } from '../../shared/identity-providers/service.ts';
import { signInService } from '../../shared/identity-providers/sign-in.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { bootOutside } from '../../shared/platform/boot-outside.ts';
import { sealerOf } from '../../shared/platform/seal.ts';
import { secretReader } from '../../shared/platform/secrets.ts';
import { OUTSIDE, SECRET, SITE, settings, WRITER } from '../../shared/platform/settings.ts';
import { revocationRoutes } from '../../shared/revocations/routes.ts';
import { revocationService } from '../../shared/revocations/service.ts';
import { peopleWith } from '../../shared/role-bindings/people.ts';
import { roleBindingRoutes } from '../../shared/role-bindings/routes.ts';
import { roleBindingService } from '../../shared/role-bindings/service.ts';
import { tenantRoutes } from '../../shared/tenants/routes.ts';
import { tenantService } from '../../shared/tenants/service.ts';
import { bearerChecker } from '../../shared/tokens/check-bearer.ts';
import { signatureProver } from '../../shared/tokens/prove-signature.ts';
import { signatureCache } from '../../shared/tokens/signature.ts';
import { webhookRoutes } from '../../shared/webhooks/routes.ts';
import { webhookService } from '../../shared/webhooks/service.ts';

/** People and pipelines whose tokens one instance remembers: some 3 MB at most. */
const SIGNATURES_MAX = 10_000;

export async function apiHandler(connectors: Connectors) {
  const env = settings({ ...WRITER, ...OUTSIDE, ...SITE, BOOTSTRAP_SECRET: SECRET, SEALING_SECRET: SECRET });
  const writer = bootWriter(env, 'api');
  const sealer = sealerOf(await secretReader(env.SEALING_SECRET, writer.clock)());
  const bootstrapKey = secretReader(env.BOOTSTRAP_SECRET, writer.clock);
  const world = bootOutside(env);
  const prover = issuerProver(world.outside);
  const use = useOn(writer.table);
  const parts = {
    ...writer,
    ...world,
    sealer,
    pager: pagerOf(sealer, writer.clock),
    prove: proverWith(world),
    prover,
    use,
    connectors,
  };

  const signatures = signatureCache({ entriesMax: SIGNATURES_MAX });
  const keys = keyKeeper({ ...writer, prover });
  const checkBearer = bearerChecker({ ...writer, signatureProver: signatureProver({ ...writer, keys, signatures }) });
  const people = peopleWith({ ...parts, checkBearer });
  const admit = admissionWith({ ...writer, bootstrapKey, people });

  const connections = connectionService(parts);
  const { connectedTo, hasLiveGrants } = connections;
  const tenants = tenantService({ ...parts, connectedTo });
  const grants = grantService(parts);
  const identityProviders = identityProviderService({ ...parts, hasLiveGrants });
  const revocations = revocationService(parts);
  const acting = { ...parts, grants, revocations, identityProviders, tenants, endTicket: ticketEnder(parts) };
  const hooks = { hooks: hookService(parts), deliveries: hookDeliveries(acting), trial: hookTrials(acting), tenants };
  const signIn = signInService(parts.table, identityProviders);
  const routes = [
    ...healthRoutes(),
    ...tenantRoutes(tenants),
    ...clusterRoutes(clusterService(parts), tenants),
    ...accessTokenRoutes(accessTokenService({ ...parts, people, checkBearer }), writer.log),
    ...callerRoutes(callerService(parts), tenants),
    ...callerIssuerRoutes(callerIssuerService(parts), tenants, world),
    ...roleBindingRoutes(roleBindingService(parts), tenants),
    ...domainRoutes(domainService(parts), tenants),
    ...identityProviderRoutes({ identityProviders, signIn, tenants }, world),
    ...connectionRoutes(connections, tenants),
    ...customRoleRoutes(customRoleService({ ...parts, grantsWithRole: grants.withRole }), tenants),
    ...accessPolicyRoutes(accessPolicyService(parts), tenants),
    ...grantRoutes(grants, tenants),
    ...freezeRoutes(freezeService(parts), tenants),
    ...revocationRoutes(revocations, identityProviders),
    ...hookRoutes(hooks),
    ...webhookRoutes(webhookService(parts), tenants, world),
    ...auditRoutes(auditService(parts), tenants),
  ];

  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(logCalls(writer.log))
    .use(answerProblems(writer.log))
    .handler(dispatch(routes, { ...parts, authenticate: authenticateWith({ ...parts, admit }) }));
}
