/** Made by `npm run docs` from docs/openapi.json. Do not edit. */
export interface paths {
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show this document as a page
         * @description HTML. Works without any other address.
         */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say that the API answers
         * @description Asks nothing of the table, which has alarms of its own.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth2/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get an access token
         * @description RFC 6749. By `client_credentials`, with the client authenticated by Basic or by `client_id` and `client_secret` in the form, never by both; by `urn:ietf:params:oauth:grant-type:jwt-bearer` with the `assertion` of a caller issuer (RFC 7523; `client_id` names the `cis_…` when several take it); or by `urn:ietf:params:oauth:grant-type:token-exchange` with a person’s access token as `subject_token` (RFC 8693), for one that is too long for a header (`client_id` names the `idp_…` where many federations believe it). There are no scopes: what a caller may do is its role in its scope. A refused JWT is told one and the same, whatever the reason.
         */
        post: operations["issueToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read this document */
        get: operations["getOpenApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{apiKeyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an API key
         * @description Right: `api-key.read`, in scope: OWNER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /**
         * Delete an API key
         * @description Access tokens that were issued to client credentials end with them.
         *
         *     Right: `api-key.write`, in scope: OWNER.
         */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/caller-issuers/{callerIssuerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a caller issuer
         * @description Right: `caller-issuer.read`, in scope: OWNER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getCallerIssuer"];
        put?: never;
        post?: never;
        /**
         * Delete a caller issuer
         * @description Access tokens that were issued for it open nothing from then on.
         *
         *     Right: `caller-issuer.write`, in scope: OWNER.
         */
        delete: operations["deleteCallerIssuer"];
        options?: never;
        head?: never;
        /**
         * Change a caller issuer
         * @description Access tokens that were issued before hold what it says from then on.
         *
         *     Right: `caller-issuer.write`, in scope: OWNER.
         */
        patch: operations["changeCallerIssuer"];
        trace?: never;
    };
    "/v1/clusters/{clusterId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a cluster
         * @description Right: `cluster.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getCluster"];
        put?: never;
        post?: never;
        /**
         * Delete a cluster
         * @description Grants that name it hold nothing up: they no longer reach it.
         *
         *     Right: `cluster.write`, in scope: OWNER.
         */
        delete: operations["deleteCluster"];
        options?: never;
        head?: never;
        /**
         * Change a cluster
         * @description Right: `cluster.write`, in scope: OWNER.
         */
        patch: operations["changeCluster"];
        trace?: never;
    };
    "/v1/clusters/{clusterId}/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge a token for a cluster
         * @description OAuth 2.0 Token Introspection (RFC 7662). A token that is not good is `{"active": false}` and nothing more. What cannot be decided, such as while the issuer is down after a revocation, is 503, never an old key. `Cache-Control` is `no-store`, unless the cluster’s `verdictMaxAge` lets a gateway hold a yes.
         *
         *     Right: `verdict.introspect`, in scope: OWNER, DATA_PLANE.
         */
        post: operations["introspect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/domains/{domainId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a domain
         * @description Right: `domain.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getDomain"];
        put?: never;
        post?: never;
        /**
         * Delete a domain
         * @description Right: `domain.write`, in scope: OWNER.
         */
        delete: operations["deleteDomain"];
        options?: never;
        head?: never;
        /**
         * Change a domain
         * @description Right: `domain.write`, in scope: OWNER.
         */
        patch: operations["changeDomain"];
        trace?: never;
    };
    "/v1/domains/{domainId}/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the looks at a domain, newest first
         * @description Right: `domain.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listVerifications"];
        put?: never;
        /**
         * Look for the proof of a domain now
         * @description One look, made now; the answer is the domain as that look leaves it.
         *
         *     Right: `domain.write`, in scope: OWNER.
         */
        post: operations["verifyDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List federations
         * @description The bootstrap key sees all; other callers see those in whose whole they hold a role.
         *
         *     Right: `federation.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listFederations"];
        put?: never;
        /**
         * Create a federation
         * @description Only the bootstrap key makes federations; what it makes belongs to it.
         *
         *     Right: `federation.create`, in scope: only the bootstrap key.
         */
        post: operations["createFederation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations/{federationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a federation
         * @description Right: `federation.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getFederation"];
        put?: never;
        post?: never;
        /**
         * Delete a federation
         * @description What still hangs on it is named and must be removed first.
         *
         *     Right: `federation.write`, in scope: OWNER.
         */
        delete: operations["deleteFederation"];
        options?: never;
        head?: never;
        /**
         * Change a federation
         * @description Right: `federation.write`, in scope: OWNER.
         */
        patch: operations["changeFederation"];
        trace?: never;
    };
    "/v1/federations/{federationId}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List apiKeys
         * @description Right: `api-key.read`, in scope: OWNER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create an API key
         * @description The secret is shown this once, and is kept as its SHA-256 only. A DATA_PLANE key has the scope CLUSTER or PROJECT.
         *
         *     Right: `api-key.write`, in scope: OWNER.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations/{federationId}/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List or export audit events, newest first
         * @description Filters hold together. At most 1,000 events are looked at for one page: a page may be short, or empty, and still have a next one. An export (`format` other than `json`) has its next page in the `Link` header (RFC 8288, `rel="next"`). A cursor is good for the same filters only, in any format.
         *
         *     Right: `audit-event.read`, in scope: OWNER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations/{federationId}/caller-issuers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List caller issuers
         * @description Right: `caller-issuer.read`, in scope: OWNER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listCallerIssuers"];
        put?: never;
        /**
         * Register an issuer whose signed JWTs prove callers
         * @description A pipeline such as GitHub Actions shows its own JWT at `/oauth2/token` (RFC 7523) and gets an access token with this role in this scope. Nothing has to be stored there.
         *
         *     Right: `caller-issuer.write`, in scope: OWNER.
         */
        post: operations["createCallerIssuer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations/{federationId}/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List domains
         * @description Right: `domain.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listDomains"];
        put?: never;
        /**
         * Create a domain
         * @description Answers with exactly what to publish. The first look is made one minute later, as one made at once would be remembered as a no.
         *
         *     Right: `domain.write`, in scope: OWNER.
         */
        post: operations["createDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations/{federationId}/freezes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what is frozen now
         * @description Right: `freeze.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listFreezes"];
        put?: never;
        /**
         * Freeze a principal, a project or a federation
         * @description From the answer on every verdict for it says no. Nothing ends by it: its grants read `frozen`, and go on when it is lifted, if their own times still hold.
         *
         *     Right: `freeze.write`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER.
         */
        post: operations["createFreeze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations/{federationId}/hooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List inbound hooks
         * @description Right: `hook.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listHooks"];
        put?: never;
        /**
         * Create an inbound hook
         * @description A URL with a signing secret, and what a signed event does there. Fields are filled by JSON Pointers into the payload and by constants. CREATE_GRANT needs `principal.name` and one of `roles.builtIn`, `roles.custom`, `roles.privileges`; END_GRANTS_OF_TICKET `ticket.system` and `ticket.key`; REVOKE_JWKS nothing.
         *
         *     Right: `hook.write`, in scope: OWNER.
         */
        post: operations["createHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations/{federationId}/identity-providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List identity providers
         * @description From below the federation: those that the caller’s organizations are connected to.
         *
         *     Right: `identity-provider.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listIdentityProviders"];
        put?: never;
        /**
         * Register an identity provider
         * @description The discovery document and the keys are fetched now and must fit; an ERROR among the findings is a 422.
         *
         *     Right: `identity-provider.write`, in scope: OWNER.
         */
        post: operations["createIdentityProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations/{federationId}/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List organizations
         * @description Right: `organization.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listOrganizations"];
        put?: never;
        /**
         * Create an organization
         * @description Right: `organization.write`, in scope: OWNER.
         */
        post: operations["createOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations/{federationId}/role-bindings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List role bindings
         * @description Right: `role-binding.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listRoleBindings"];
        put?: never;
        /**
         * Bind a user or group of an identity provider to a role
         * @description The person calls with an access token of the connected identity provider. An owner binds any role; an access administrator only roles below its own.
         *
         *     Right: `role-binding.write`, in scope: OWNER, ACCESS_ADMINISTRATOR.
         */
        post: operations["createRoleBinding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/federations/{federationId}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description Right: `webhook.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Gets every event of the federation from now on, or those named, as a signed CloudEvent (Standard Webhooks 1.0.0). The secret is shown this once.
         *
         *     Right: `webhook.write`, in scope: OWNER.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/freezes/{freezeId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a freeze
         * @description Right: `freeze.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getFreeze"];
        put?: never;
        post?: never;
        /**
         * Lift a freeze
         * @description With the reason, which the audit keeps. Where two freezes stop the same, the other one stays.
         *
         *     Right: `freeze.lift`, in scope: OWNER, ACCESS_ADMINISTRATOR.
         */
        delete: operations["liftFreeze"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants/{grantId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a grant
         * @description Right: `grant.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER (its own only), INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getGrant"];
        put?: never;
        post?: never;
        /**
         * End a grant now
         * @description At once for verdicts; ending one that has ended is 204 again.
         *
         *     Right: `grant.write`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER (its own only).
         */
        delete: operations["endGrant"];
        options?: never;
        head?: never;
        /**
         * Extend or shorten a grant, make it permanent, or put off its review
         * @description `duration` counts from now, or from `startsAt` while that is in the future; `expiresAt: null` makes it permanent. Extended without a gap.
         *
         *     Right: `grant.write`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER (its own only).
         */
        patch: operations["changeGrant"];
        trace?: never;
    };
    "/v1/hooks/{hookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an inbound hook
         * @description Right: `hook.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getHook"];
        put?: never;
        /**
         * Deliver a signed event
         * @description The credential is the signature over the bytes that are sent; there is no Authorization. Up to 256 KiB are read. The same delivery again (`webhook-id` or `svix-id`, PagerDuty’s `event.id`, `X-Atlassian-Webhook-Identifier` or `X-GitHub-Delivery`, the same body) answers as the first and does nothing. A guard that declines answers 202 with `declined`. What is refused (422 and above) is not kept: once corrected it may be sent again under the same identifier. A hook that is not there answers as one whose secret is another.
         *
         *     With `dryRun=true`, an Authorization and a pasted payload (no signature) it answers what it would do.
         *
         *     With `dryRun=true`: Right: `hook.write`, in scope: OWNER.
         */
        post: operations["deliverToHook"];
        /**
         * Delete an inbound hook
         * @description Nothing is delivered to it any more; what it made stays.
         *
         *     Right: `hook.write`, in scope: OWNER.
         */
        delete: operations["deleteHook"];
        options?: never;
        head?: never;
        /**
         * Change an inbound hook
         * @description Deliveries that were taken on or declined before stay so.
         *
         *     Right: `hook.write`, in scope: OWNER.
         */
        patch: operations["changeHook"];
        trace?: never;
    };
    "/v1/hooks/{hookId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a hook a new secret
         * @description The one given (PagerDuty makes its own), or one that is drawn; shown this once. For 24 hours the one before proves deliveries, too; one older than that ends at once.
         *
         *     Right: `hook.write`, in scope: OWNER.
         */
        post: operations["rotateHookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identity-providers/{identityProviderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an identity provider
         * @description Right: `identity-provider.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getIdentityProvider"];
        put?: never;
        post?: never;
        /**
         * Delete an identity provider
         * @description Only once it is disconnected everywhere.
         *
         *     Right: `identity-provider.write`, in scope: OWNER.
         */
        delete: operations["deleteIdentityProvider"];
        options?: never;
        head?: never;
        /**
         * Change an identity provider
         * @description Right: `identity-provider.write`, in scope: OWNER.
         */
        patch: operations["changeIdentityProvider"];
        trace?: never;
    };
    "/v1/identity-providers/{identityProviderId}/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fetch discovery document and keys now, and report findings
         * @description What is found is kept, errors too: nothing is refused.
         *
         *     Right: `identity-provider.write`, in scope: OWNER.
         */
        post: operations["checkIdentityProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identity-providers/{identityProviderId}/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the domains whose people sign in here
         * @description Right: `domain.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listAssociatedDomains"];
        /**
         * Say whose people sign in here
         * @description In place of those before; a domain that is not verified is refused.
         *
         *     Right: `identity-provider.write`, in scope: OWNER.
         */
        put: operations["associateDomains"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identity-providers/{identityProviderId}/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the revocations of an identity provider
         * @description Right: `revocation.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listRevocations"];
        put?: never;
        /**
         * Make every cluster forget the signing keys of an identity provider
         * @description From the moment it answers no verdict uses a key fetched before it; the next one fetches the issuer’s keys afresh.
         *
         *     Right: `revocation.write`, in scope: OWNER, INCIDENT_RESPONDER.
         */
        post: operations["revokeKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organizations/{organizationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an organization
         * @description Right: `organization.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getOrganization"];
        put?: never;
        post?: never;
        /**
         * Delete an organization
         * @description Right: `organization.write`, in scope: OWNER.
         */
        delete: operations["deleteOrganization"];
        options?: never;
        head?: never;
        /**
         * Change an organization
         * @description Right: `organization.write`, in scope: OWNER.
         */
        patch: operations["changeOrganization"];
        trace?: never;
    };
    "/v1/organizations/{organizationId}/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the connections of an organization
         * @description Right: `connection.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listConnections"];
        put?: never;
        /**
         * Connect an identity provider to an organization
         * @description Enables the identity provider for every project of the organization.
         *
         *     Right: `connection.write`, in scope: OWNER.
         */
        post: operations["connect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organizations/{organizationId}/connections/{identityProviderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a connection
         * @description Right: `connection.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getConnection"];
        put?: never;
        post?: never;
        /**
         * Disconnect an identity provider from an organization
         * @description Verdicts say no from the answer on. The dry run names the projects, principals and grants that lose access.
         *
         *     Right: `connection.write`, in scope: OWNER.
         */
        delete: operations["disconnect"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organizations/{organizationId}/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List projects
         * @description Right: `project.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listProjects"];
        put?: never;
        /**
         * Create a project
         * @description Right: `project.write`, in scope: OWNER.
         */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{projectId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a project
         * @description Right: `project.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getProject"];
        put?: never;
        post?: never;
        /**
         * Delete a project
         * @description Right: `project.write`, in scope: OWNER.
         */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        /**
         * Change a project
         * @description Right: `project.write`, in scope: OWNER.
         */
        patch: operations["changeProject"];
        trace?: never;
    };
    "/v1/projects/{projectId}/access-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the access policy of a project
         * @description Right: `access-policy.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getAccessPolicy"];
        /**
         * Replace the access policy of a project
         * @description The first rule that matches holds. While there are rules, a grant that none matches is refused; while there are none, every grant is taken. A rule matches when all of the grant’s principal, roles and clusters lie inside it; one that names roles of any kind is about no others. It counts for grants and extensions from now on: grants that run go on.
         *
         *     Right: `access-policy.write`, in scope: OWNER, ACCESS_ADMINISTRATOR.
         */
        put: operations["replaceAccessPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{projectId}/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List clusters
         * @description Right: `cluster.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listClusters"];
        put?: never;
        /**
         * Create a cluster
         * @description Workforce access needs a dedicated tier (M10 or larger, or SELF_MANAGED) and MongoDB 7.0.11 or later (Percona 7.0.24-13 or 8.0.12-4): all else is refused with the reason.
         *
         *     Right: `cluster.write`, in scope: OWNER.
         */
        post: operations["createCluster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{projectId}/custom-roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List custom roles
         * @description By name.
         *
         *     Right: `custom-role.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listCustomRoles"];
        put?: never;
        /**
         * Create a custom role
         * @description Actions on resources, and roles it inherits: built-in ones, and custom ones of the project, without a cycle.
         *
         *     Right: `custom-role.write`, in scope: OWNER, ACCESS_ADMINISTRATOR.
         */
        post: operations["createCustomRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{projectId}/custom-roles/{roleName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a custom role
         * @description Right: `custom-role.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getCustomRole"];
        /**
         * Replace a custom role
         * @description Takes effect on running grants with the next verdict. The name is fixed.
         *
         *     Right: `custom-role.write`, in scope: OWNER, ACCESS_ADMINISTRATOR.
         */
        put: operations["replaceCustomRole"];
        post?: never;
        /**
         * Delete a custom role
         * @description Not while a live grant or another custom role names it.
         *
         *     Right: `custom-role.write`, in scope: OWNER, ACCESS_ADMINISTRATOR.
         */
        delete: operations["deleteCustomRole"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{projectId}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List grants
         * @description A requester sees its own. `remainingSeconds` is as of the answer. With `unusedSince` and `permanent=true` it is the list to review. Where few of many grants fit the filters, a page may be short and have a `nextCursor`.
         *
         *     Right: `grant.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER (its own only), INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listGrants"];
        put?: never;
        /**
         * Create a grant
         * @description Without `duration` and `expiresAt` it is permanent. Only `Idempotency-Key` makes two calls one: without it two equal grants are two, and legal.
         *
         *     Right: `grant.write`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER (its own only).
         */
        post: operations["createGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{projectId}/grants/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create up to 100 grants, each by itself
         * @description Each grant is made or refused alone, and answered in its place: with 201 and the grant, or with what creating it alone would have been refused with. The pointers of an item’s problem lead into that grant, as if it had been a body of its own. A body that does not hold 1 to 100 `grants` is refused as a whole.
         *
         *     Grants of one principal are made in the order given; others side by side. What there was no time for says so (503 `not-reached`): nothing of it was done.
         *
         *     With an `Idempotency-Key` no grant is made twice, whatever happened to the first call: sent again with the same body, the call answers for each item as it did first, and carries on with those that had no answer, or one that passes by itself (503, 500, 409 `version-conflict` or `idempotency-key-in-progress`). A key belongs to its body for 24 hours.
         *
         *     A dry run looks at each grant as if it were alone: grants that only together are too many for their principal are each shown as made.
         *
         *     Right: `grant.write`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER (its own only).
         */
        post: operations["createGrants"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/revocations/{revocationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a revocation with its progress
         * @description Right: `revocation.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getRevocation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/revocations/{revocationId}/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the progress of a revocation, cluster by cluster
         * @description Right: `revocation.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listRevocationClusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/role-bindings/{roleBindingId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a role binding
         * @description Right: `role-binding.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getRoleBinding"];
        put?: never;
        post?: never;
        /**
         * Delete a role binding
         * @description The person’s next call is without it.
         *
         *     Right: `role-binding.write`, in scope: OWNER, ACCESS_ADMINISTRATOR.
         */
        delete: operations["deleteRoleBinding"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find the identity provider with which a person signs in
         * @description By the exact, verified domain of an e-mail address; 404 for everything else.
         */
        get: operations["discoverSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook
         * @description Right: `webhook.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook
         * @description What waits for it is not sent any more, and its deliveries can no longer be read.
         *
         *     Right: `webhook.write`, in scope: OWNER.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change, disable or enable a webhook
         * @description `{"status": "ENABLED"}` enables one that a 410 or days of failure have disabled: what was waiting goes on. What waits goes to a changed address, too.
         *
         *     Right: `webhook.write`, in scope: OWNER.
         */
        patch: operations["changeWebhook"];
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deliveries of a webhook, newest first
         * @description Of the last 30 days, with each attempt: when, what came back, how long it took, and when the next is due.
         *
         *     Right: `webhook.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, INCIDENT_RESPONDER, AUDITOR.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery again
         * @description Under the same `webhook-id`, whatever has become of it; its schedule of attempts begins anew, at once.
         *
         *     Right: `webhook.write`, in scope: OWNER.
         */
        post: operations["replayDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a new secret for a webhook
         * @description Shown this once. For 24 hours everything is signed with the new secret and the one before; one older than that ends at once.
         *
         *     Right: `webhook.write`, in scope: OWNER.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What grants a project takes: the first rule that matches holds. */
        AccessPolicy: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Entity tag, also in the header `ETag`: give it to `If-Match`. */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /**
             * @description The project’s: it has one policy.
             * @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X
             */
            id: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId: string;
            rules: components["schemas"]["PolicyRule"][];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What it would come to: nothing was stored. */
        AccessPolicyDryRun: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId: string;
            rules: components["schemas"]["PolicyRule"][];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        AccessPolicyReplacement: {
            rules: components["schemas"]["NewPolicyRule"][];
        };
        /** @description RFC 6749 section 5.1. */
        AccessTokenAnswer: {
            access_token: string;
            /** @description Seconds. */
            expires_in: number;
            /** @description Of an exchange (RFC 8693 section 2.2.1). */
            issued_token_type?: string;
            /** @constant */
            token_type: "Bearer";
        };
        /** @enum {string} */
        Algorithm: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA";
        /** @description An API key or client credentials, without the secret. */
        ApiKey: {
            /**
             * @description Of client credentials.
             * @example key_01JDG3ZV8WQK2M5N7P9R1T3V5X
             */
            clientId?: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            expiresAt: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example key_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @enum {string} */
            kind: "API_KEY" | "CLIENT_CREDENTIALS";
            /** @description Of verdicts to the minute; null: never. */
            lastUsedAt: string | null;
            name: string;
            /** @description Null: the limit that all have. */
            requestsPerMinute: number | null;
            /** @enum {string} */
            role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What it would come to: nothing was stored. */
        ApiKeyDryRun: {
            /**
             * @description Of client credentials.
             * @example key_01JDG3ZV8WQK2M5N7P9R1T3V5X
             */
            clientId?: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            expiresAt: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @enum {string} */
            kind: "API_KEY" | "CLIENT_CREDENTIALS";
            /** @description Of verdicts to the minute; null: never. */
            lastUsedAt: string | null;
            name: string;
            /** @description Null: the limit that all have. */
            requestsPerMinute: number | null;
            /** @enum {string} */
            role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        ApiKeyList: {
            items: components["schemas"]["ApiKey"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        AssociatedDomain: {
            domainName: string;
            /** @example dom_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            status: components["schemas"]["DomainStatus"];
        };
        AssociatedDomainList: {
            /** @description All of them: this list has no pages. */
            items: components["schemas"]["AssociatedDomain"][];
        };
        /** @description What it would come to: nothing was stored. */
        AssociatedDomainListDryRun: {
            /** @constant */
            dryRun: true;
            /** @description All of them: this list has no pages. */
            items: components["schemas"]["AssociatedDomain"][];
        };
        AssociatedDomains: {
            domainIds: string[];
        };
        /** @description Who did what, when, from where, before and after. */
        AuditEvent: {
            action: string;
            actor: {
                /** @description What proved the caller: `key_…`, `cis_…`, `idp_…` of a person, or `bootstrap`. */
                id: string;
                /** @description Who stands behind it: `sub` of a pipeline’s JWT, or the person’s name. */
                subject?: string;
                /** @enum {string} */
                type: "CALLER" | "SYSTEM";
            };
            after: unknown;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            at: string;
            before: unknown;
            correlationId: string;
            /** @example evt_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            resource: {
                id: string;
                type: string;
            };
            /** @description Address of the caller; null for what the system does by itself. */
            source: string | null;
        };
        AuditEventList: {
            items: components["schemas"]["AuditEvent"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description An issuer whose signed JWTs prove callers (RFC 7523). */
        CallerIssuer: {
            audience: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            findings: components["schemas"]["Finding"][];
            /** @example cis_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            issuerUri: string;
            jwksUri: string;
            /** @description Of verdicts to the minute; null: never. */
            lastUsedAt: string | null;
            /**
             * Format: duration
             * @example PT1H
             */
            longestLifetime: string;
            name: string;
            /** @description Null: the limit that all have. */
            requestsPerMinute: number | null;
            requiredClaims: {
                [key: string]: string;
            };
            /** @enum {string} */
            role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
            subjects: string[];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        CallerIssuerChange: {
            /**
             * Format: duration
             * @description ISO 8601, weeks to seconds: no years or months, and `P1D` is 24 hours.
             * @example PT6H
             * @example P1D
             * @example P1W
             */
            longestLifetime?: string;
            name?: string;
            requestsPerMinute?: number | null;
            requiredClaims?: {
                [key: string]: string;
            };
            /** @enum {string} */
            role?: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope?: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
            subjects?: string[];
        };
        /** @description What it would come to: nothing was stored. */
        CallerIssuerDryRun: {
            audience: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            findings: components["schemas"]["Finding"][];
            issuerUri: string;
            jwksUri: string;
            /** @description Of verdicts to the minute; null: never. */
            lastUsedAt: string | null;
            /**
             * Format: duration
             * @example PT1H
             */
            longestLifetime: string;
            name: string;
            /** @description Null: the limit that all have. */
            requestsPerMinute: number | null;
            requiredClaims: {
                [key: string]: string;
            };
            /** @enum {string} */
            role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
            subjects: string[];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        CallerIssuerList: {
            items: components["schemas"]["CallerIssuer"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description A data plane with a connector. */
        Cluster: {
            connector: components["schemas"]["Connector"];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @enum {string} */
            distribution: "ATLAS" | "ENTERPRISE" | "PERCONA";
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @enum {string} */
            kind: "CLUSTER" | "FEDERATED_DATABASE_INSTANCE";
            mongoDbVersion: string;
            name: string;
            /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            organizationId: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId: string;
            tier: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @description Seconds for which a gateway may hold a verdict. */
            verdictMaxAge: number;
        };
        ClusterChange: {
            /** @description As a whole, with its secrets. */
            connector?: components["schemas"]["NewConnector"];
            /** @enum {string} */
            distribution?: "ATLAS" | "ENTERPRISE" | "PERCONA";
            /** @description From 7.0.11 on; of Percona from 7.0.24-13 or 8.0.12-4 on. */
            mongoDbVersion?: string;
            name?: string;
            /** @description SELF_MANAGED, or a dedicated Atlas tier: what lies below M10 has no workforce access. */
            tier?: string;
            /** @description Seconds for which a gateway may hold a verdict. */
            verdictMaxAge?: number;
        };
        /** @description What it would come to: nothing was stored. */
        ClusterDryRun: {
            connector: components["schemas"]["Connector"];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @enum {string} */
            distribution: "ATLAS" | "ENTERPRISE" | "PERCONA";
            /** @constant */
            dryRun: true;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @enum {string} */
            kind: "CLUSTER" | "FEDERATED_DATABASE_INSTANCE";
            mongoDbVersion: string;
            name: string;
            /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            organizationId: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId: string;
            tier: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @description Seconds for which a gateway may hold a verdict. */
            verdictMaxAge: number;
        };
        ClusterList: {
            items: components["schemas"]["Cluster"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description An organization with one identity provider enabled, for all its projects. */
        Connection: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            connectedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            /** @description In a dry run of a disconnect only. */
            losesAccess?: components["schemas"]["Loss"][];
            /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            organizationId: string;
            /**
             * @description DISCONNECTING: verdicts say no already, and the grants are being ended one by one.
             * @enum {string}
             */
            status: "CONNECTED" | "DISCONNECTING";
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What it would come to: nothing was stored. */
        ConnectionDryRun: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            connectedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            /** @description In a dry run of a disconnect only. */
            losesAccess?: components["schemas"]["Loss"][];
            /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            organizationId: string;
            /**
             * @description DISCONNECTING: verdicts say no already, and the grants are being ended one by one.
             * @enum {string}
             */
            status: "CONNECTED" | "DISCONNECTING";
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        ConnectionList: {
            items: components["schemas"]["Connection"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description How grants and revocations reach the cluster. Secrets are never shown. */
        Connector: {
            /** @constant */
            type: "introspection";
        } | {
            /** @description Before the name of every identity provider in what the servers are given. Fixed. */
            authNamePrefix: string;
            /** @constant */
            type: "mongodb";
            uris: string[];
            username: string;
        };
        /** @description A role of the project’s own: actions on resources, and roles it inherits. */
        CustomRole: {
            actions: components["schemas"]["RoleAction"][];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Entity tag, also in the header `ETag`: give it to `If-Match`. */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @description Its name: unique in the project, and fixed. */
            id: string;
            inheritedRoles: components["schemas"]["InheritedRole"][];
            name: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What it would come to: nothing was stored. */
        CustomRoleDryRun: {
            actions: components["schemas"]["RoleAction"][];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            inheritedRoles: components["schemas"]["InheritedRole"][];
            name: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        CustomRoleList: {
            items: components["schemas"]["CustomRole"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        CustomRoleReplacement: {
            /** @default [] */
            actions?: components["schemas"]["RoleActionInput"][];
            /** @default [] */
            inheritedRoles?: components["schemas"]["InheritedRoleInput"][];
            /** @description If given, the one in the path: it is fixed. */
            name?: string;
        };
        /** @description One sending, and what came of it. */
        DeliveryAttempt: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            at: string;
            durationMs: number;
            /** @description What was wrong, and what to do about it; null: it was received. */
            finding: {
                code: string;
                message: string;
            } | null;
            /** @description HTTP status of the answer; null: there was none. */
            status: number | null;
        };
        /**
         * @description FAILED: after its last attempt. It can be replayed for 30 days.
         * @enum {string}
         */
        DeliveryStatus: "PENDING" | "DELIVERED" | "FAILED";
        /** @description A DNS name whose ownership a federation proves. */
        Domain: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            displayName: string;
            /** @description As A-labels, lower case. */
            domainName: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @description Until when a pending proof must be published. */
            expiresAt: string | null;
            /** @description Since when every look has failed. */
            failingSince: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            findings: components["schemas"]["Finding"][];
            /** @example dom_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            lastAttempt: components["schemas"]["VerificationAttempt"] | null;
            /** @enum {string} */
            method: "DNS_RECORD" | "HTML_FILE_UPLOAD";
            /** @description When it is looked at next by itself; null: never again. */
            nextCheckAt: string | null;
            /** @description Leave it there once it is proved: it is looked at again every day. */
            proof: components["schemas"]["DomainProof"];
            status: components["schemas"]["DomainStatus"];
            /** @description As people read it; null when it is the same as domainName. */
            unicodeName: string | null;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @description When it was first seen to be proved. */
            verifiedAt: string | null;
        };
        DomainChange: {
            displayName?: string;
        };
        /** @description What it would come to: nothing was stored. */
        DomainDryRun: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            displayName: string;
            /** @description As A-labels, lower case. */
            domainName: string;
            /** @constant */
            dryRun: true;
            /** @description Until when a pending proof must be published. */
            expiresAt: string | null;
            /** @description Since when every look has failed. */
            failingSince: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            findings: components["schemas"]["Finding"][];
            lastAttempt: components["schemas"]["VerificationAttempt"] | null;
            /** @enum {string} */
            method: "DNS_RECORD" | "HTML_FILE_UPLOAD";
            /** @description When it is looked at next by itself; null: never again. */
            nextCheckAt: string | null;
            /** @description Leave it there once it is proved: it is looked at again every day. */
            proof: components["schemas"]["DomainProof"];
            status: components["schemas"]["DomainStatus"];
            /** @description As people read it; null when it is the same as domainName. */
            unicodeName: string | null;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @description When it was first seen to be proved. */
            verifiedAt: string | null;
        };
        DomainList: {
            items: components["schemas"]["Domain"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description Exactly what to publish: a TXT record, or a file over HTTPS. */
        DomainProof: components["schemas"]["RecordProof"] | components["schemas"]["FileProof"];
        /**
         * @description LAPSING: the last looks failed. SUSPENDED: they failed for days, so nobody signs in by it. EXPIRED: never proved in time; add it anew.
         * @enum {string}
         */
        DomainStatus: "PENDING" | "VERIFIED" | "LAPSING" | "SUSPENDED" | "EXPIRED";
        /**
         * @description What happened, by its name.
         * @enum {string}
         */
        EventType: "grant.created" | "grant.changed" | "grant.started" | "grant.expiring-soon" | "grant.review-due" | "grant.expired" | "grant.ended" | "grant.removed" | "grant.stuck" | "domain.verified" | "domain.lapsing" | "domain.suspended" | "domain.restored" | "identity-provider.findings-changed" | "revocation.started" | "revocation.cluster-acknowledged" | "revocation.finished" | "freeze.started" | "freeze.lifted" | "webhook.disabled";
        /** @description One question and its answer. */
        Exchange: {
            asked: string;
            /** @description Which resolvers, or which address, gave this answer. */
            from: string;
            /** @description What came back: quoted, cut. */
            got: string;
            /** @description Until when resolvers may give the same answer again, whatever is published meanwhile; null: not kept, or not said. */
            keptUntil: string | null;
        };
        /** @description One customer’s settings: the boundary that nothing crosses. */
        Federation: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            name: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What it would come to: nothing was stored. */
        FederationDryRun: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            name: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        FederationList: {
            items: components["schemas"]["Federation"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description The file to upload. */
        FileProof: {
            /** @description Proves it as well. */
            alternativeUrl: string;
            /** @description What the file holds, and nothing else. */
            content: string;
            url: string;
        };
        /** @description What the world outside did wrong, or could do better. */
        Finding: {
            /** @description kebab-case; never renamed. */
            code: string;
            /** @description What to do about it. */
            fix: string;
            message: string;
            /**
             * @description ERROR: it cannot be used as it is. WARNING: somebody will be refused or surprised.
             * @enum {string}
             */
            severity: "ERROR" | "WARNING" | "INFO";
        };
        /** @description While it is there, every verdict for its target says no. */
        Freeze: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Which caller froze it. */
            createdBy: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example frz_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            reason: string;
            target: components["schemas"]["FreezeTarget"];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What it would come to: nothing was stored. */
        FreezeDryRun: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Which caller froze it. */
            createdBy: string;
            /** @constant */
            dryRun: true;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            reason: string;
            target: components["schemas"]["FreezeTarget"];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        FreezeList: {
            items: components["schemas"]["Freeze"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description What is frozen: everybody of a federation or in a project, a person (USER) whatever their groups, or what a group is granted (GROUP). */
        FreezeTarget: {
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @constant */
            type: "FEDERATION";
        } | {
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @constant */
            type: "PROJECT";
        } | {
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            principal: components["schemas"]["Principal"];
            /** @constant */
            type: "PRINCIPAL";
        };
        /** @description What is frozen: everybody of a federation or in a project, a person (USER) whatever their groups, or what a group is granted (GROUP). */
        FreezeTargetInput: {
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @constant */
            type: "FEDERATION";
        } | {
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @constant */
            type: "PROJECT";
        } | {
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            principal: components["schemas"]["PrincipalInput"];
            /** @constant */
            type: "PRINCIPAL";
        };
        /** @description An IdP user or group with roles on a project’s clusters. */
        Grant: {
            /** @description Null: the ticket names no approver. */
            approval: {
                approver: string;
                /**
                 * @description VERIFIED: the approver’s own access token made the call. ASSERTED: the caller named them.
                 * @enum {string}
                 */
                assurance: "VERIFIED" | "ASSERTED";
                /** @description Which caller made or named it. */
                by: string;
            } | null;
            /** @description At most 100. */
            clusters: components["schemas"]["GrantOnCluster"][];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Which caller made it: `key_…`, `cis_…`, `bootstrap`, or `idp_…/` and a person’s name. */
            createdBy: string;
            endedAt: string | null;
            endReason: ("EXPIRED" | "ENDED" | "DISCONNECTED" | "INELIGIBLE") | null;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @description From this instant on no verdict allows it; null: permanent. */
            expiresAt: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @description While they are there, no verdict allows it; absent when there is none. */
            frozen?: string[];
            /** @example grt_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            /** @description When a verdict last allowed it, seen within 15 s; null: never. What a gateway holds (`verdictMaxAge`) is one use. */
            lastUsedAt: string | null;
            /**
             * @description What a cluster that holds users or roles of ours does at the end.
             * @enum {string}
             */
            onEnd: "DROP_AND_END_SESSIONS" | "DROP";
            /** @description The rule of the access policy that decided; null: there was none. */
            policyRule: string | null;
            principal: components["schemas"]["Principal"];
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId: string;
            /** @description Floored; null: permanent. */
            remainingSeconds: number | null;
            /** @description When somebody is to look whether it is still needed; in the past: it is overdue. Null: never. */
            reviewBy: string | null;
            roles: components["schemas"]["Roles"];
            scope: {
                /** @description Absent: all clusters of the project. */
                clusterIds?: string[];
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            startsAt: string;
            /**
             * @description ENDING: verdicts say no, some cluster still has it. ENDED: gone everywhere.
             * @enum {string}
             */
            status: "SCHEDULED" | "ACTIVE" | "ENDING" | "ENDED";
            ticket: components["schemas"]["Ticket"] | null;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @description Verdicts that allowed it. Each is counted while verdicts go on; of the last ten seconds before a silence some may be missing. */
            useCount: number;
        };
        GrantBatch: {
            grants: components["schemas"]["NewGrant"][];
        };
        GrantBatchAnswer: {
            /** @description One for each grant of the body, in the order given. */
            items: ({
                grant: components["schemas"]["Grant"];
                /** @constant */
                status: 201;
            } | {
                /** @description Its pointers lead into this grant, as if it had been a body of its own. */
                problem: components["schemas"]["Problem"];
                /** @example 422 */
                status: number;
            })[];
        };
        /** @description What each would come to: nothing was stored. */
        GrantBatchAnswerDryRun: {
            /** @constant */
            dryRun: true;
            /** @description One for each grant of the body, in the order given. */
            items: ({
                grant: components["schemas"]["GrantDryRun"];
                /** @constant */
                status: 201;
            } | {
                /** @description Its pointers lead into this grant, as if it had been a body of its own. */
                problem: components["schemas"]["Problem"];
                /** @example 422 */
                status: number;
            })[];
        };
        GrantChange: {
            /**
             * Format: duration
             * @description Counted from now, or from a start that is still to come.
             * @example PT6H
             * @example P1D
             * @example P1W
             */
            duration?: string;
            /** @description Null makes it permanent. */
            expiresAt?: string | null;
            /** @description Puts the review off, or off for good with null. */
            reviewBy?: string | null;
        };
        /** @description What it would come to: nothing was stored. */
        GrantDryRun: {
            /** @description Null: the ticket names no approver. */
            approval: {
                approver: string;
                /**
                 * @description VERIFIED: the approver’s own access token made the call. ASSERTED: the caller named them.
                 * @enum {string}
                 */
                assurance: "VERIFIED" | "ASSERTED";
                /** @description Which caller made or named it. */
                by: string;
            } | null;
            /** @description At most 100. */
            clusters: components["schemas"]["GrantOnCluster"][];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Which caller made it: `key_…`, `cis_…`, `bootstrap`, or `idp_…/` and a person’s name. */
            createdBy: string;
            /** @constant */
            dryRun: true;
            endedAt: string | null;
            endReason: ("EXPIRED" | "ENDED" | "DISCONNECTED" | "INELIGIBLE") | null;
            /** @description From this instant on no verdict allows it; null: permanent. */
            expiresAt: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @description While they are there, no verdict allows it; absent when there is none. */
            frozen?: string[];
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            /** @description When a verdict last allowed it, seen within 15 s; null: never. What a gateway holds (`verdictMaxAge`) is one use. */
            lastUsedAt: string | null;
            /**
             * @description What a cluster that holds users or roles of ours does at the end.
             * @enum {string}
             */
            onEnd: "DROP_AND_END_SESSIONS" | "DROP";
            /** @description The rule of the access policy that decided; null: there was none. */
            policyRule: string | null;
            principal: components["schemas"]["Principal"];
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId: string;
            /** @description Floored; null: permanent. */
            remainingSeconds: number | null;
            /** @description When somebody is to look whether it is still needed; in the past: it is overdue. Null: never. */
            reviewBy: string | null;
            roles: components["schemas"]["Roles"];
            scope: {
                /** @description Absent: all clusters of the project. */
                clusterIds?: string[];
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            startsAt: string;
            /**
             * @description ENDING: verdicts say no, some cluster still has it. ENDED: gone everywhere.
             * @enum {string}
             */
            status: "SCHEDULED" | "ACTIVE" | "ENDING" | "ENDED";
            ticket: components["schemas"]["Ticket"] | null;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @description Verdicts that allowed it. Each is counted while verdicts go on; of the last ten seconds before a silence some may be missing. */
            useCount: number;
        };
        GrantList: {
            items: components["schemas"]["Grant"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description How one cluster stands with a grant. */
        GrantOnCluster: {
            /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            clusterId: string;
            detail?: string;
            /** @description From the grant’s end to its removal there, in milliseconds. */
            lagMs?: number;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            removedAt?: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            since: string;
            /** @enum {string} */
            state: "PENDING" | "IN_SYNC" | "BEHIND" | "STUCK" | "REMOVED";
        };
        /** @description An inbound hook, without its secret. */
        Hook: {
            action: components["schemas"]["HookAction"];
            constants: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Of `hmac-sha256`.
             * @enum {string}
             */
            encoding?: "hex" | "base64";
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            format: components["schemas"]["HookFormat"];
            guards: {
                equals: {
                    [key: string]: string | number | boolean | null;
                };
                maxActionsPerHour: number | null;
                /**
                 * Format: duration
                 * @example PT5M
                 */
                maxAge: string | null;
            };
            /** @description Of `hmac-sha256`. */
            header?: string;
            /** @example hok_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId?: string;
            /** @description Of verdicts to the minute; null: never. */
            lastUsedAt: string | null;
            mapping: {
                [key: string]: string;
            };
            name: string;
            /** @description Until then the secret of before proves deliveries, too. */
            olderSecretEndsAt: string | null;
            /** @description Of `hmac-sha256`. */
            prefix?: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId?: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @description Where the sender posts to. */
            url: string;
        };
        /**
         * @description `REVOKE_JWKS`: revokes the signing keys of `identityProviderId`. `END_GRANTS_OF_TICKET`: ends every live grant of the ticket in `projectId`, whoever made it, and takes no grant for that ticket by a hook afterwards. `CREATE_GRANT`: creates a grant in `projectId`, for a principal of `identityProviderId`.
         * @enum {string}
         */
        HookAction: "REVOKE_JWKS" | "END_GRANTS_OF_TICKET" | "CREATE_GRANT";
        /** @description `mapping`, `constants` and `guards` are replaced as a whole. */
        HookChange: {
            /** @description Fields that are the same in every delivery. */
            constants?: {
                [key: string]: string | unknown[];
            };
            guards?: components["schemas"]["HookGuards"];
            /** @description Where each field stands in the payload: pointers, never expressions. */
            mapping?: {
                [key: string]: string;
            };
            name?: string;
        };
        /** @description A delivery that was taken on, or declined. The same again answers the same. */
        HookDelivery: {
            /** @description Why nothing was done: a guard, or a ticket that is closed. */
            declined?: string;
            /** @example hdl_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
        };
        /** @description What it would come to: nothing was stored. */
        HookDryRun: {
            action: components["schemas"]["HookAction"];
            constants: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            /**
             * @description Of `hmac-sha256`.
             * @enum {string}
             */
            encoding?: "hex" | "base64";
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            format: components["schemas"]["HookFormat"];
            guards: {
                equals: {
                    [key: string]: string | number | boolean | null;
                };
                maxActionsPerHour: number | null;
                /**
                 * Format: duration
                 * @example PT5M
                 */
                maxAge: string | null;
            };
            /** @description Of `hmac-sha256`. */
            header?: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId?: string;
            /** @description Of verdicts to the minute; null: never. */
            lastUsedAt: string | null;
            mapping: {
                [key: string]: string;
            };
            name: string;
            /** @description Until then the secret of before proves deliveries, too. */
            olderSecretEndsAt: string | null;
            /** @description Of `hmac-sha256`. */
            prefix?: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId?: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @description Where the sender posts to. */
            url: string;
        };
        /**
         * @description A field of ours, by its dotted name: of the new grant, the ticket, the incident or the revocation.
         * @enum {string}
         */
        HookField: "ticket.system" | "ticket.key" | "ticket.url" | "ticket.requester" | "ticket.approver" | "ticket.reason" | "principal.type" | "principal.name" | "roles.builtIn" | "roles.custom" | "roles.privileges" | "scope.clusterIds" | "duration" | "expiresAt" | "startsAt" | "onEnd" | "incident.system" | "incident.key" | "reason" | "occurredAt";
        /**
         * @description How deliveries are signed. `standard-webhooks`: also with the header names of Svix. `jira-websub`: `X-Hub-Signature: sha256=…`, also GitHub’s `X-Hub-Signature-256`. `hmac-sha256`: in the `header`, after the `prefix`, in the `encoding` that are given.
         * @enum {string}
         */
        HookFormat: "standard-webhooks" | "pagerduty-v3" | "jira-websub" | "hmac-sha256";
        /** @description What must hold, or the delivery is declined. `maxAge` is counted from the payload’s own time: `occurredAt` of the mapping, else where the format has one (PagerDuty `/event/occurred_at`, Jira `/timestamp`, Standard Webhooks `/timestamp`). `maxActionsPerHour` counts any 60 minutes. */
        HookGuards: {
            /**
             * @description By JSON Pointer, the value that must stand there. What points nowhere declines, too.
             * @default {}
             */
            equals?: {
                [key: string]: string | number | boolean | null;
            };
            maxActionsPerHour?: number;
            /**
             * Format: duration
             * @description ISO 8601, weeks to seconds: no years or months, and `P1D` is 24 hours.
             * @example PT6H
             * @example P1D
             * @example P1W
             */
            maxAge?: string;
        };
        HookList: {
            items: components["schemas"]["Hook"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        HookRotation: {
            /**
             * @description One that the sender made; left out, one is drawn. Its UTF-8 bytes are the HMAC key; only with `standard-webhooks`, and only when it begins with `whsec_`, what follows is Base64 of the key, as that standard says.
             * @example bGV0IG1lIGlu-a-secret-that-the-sender-made
             */
            secret?: string;
        };
        /** @description What a delivery would do: nothing was stored. */
        HookTrial: {
            /** @description The grant that would be created. */
            creates: {
                /** @description From this instant on no verdict allows it; null: permanent. */
                expiresAt: string | null;
                /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                identityProviderId: string;
                /** @description The rule of the access policy that decided; null: there was none. */
                policyRule: string | null;
                principal: components["schemas"]["Principal"];
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                projectId: string;
                roles: components["schemas"]["Roles"];
                scope: {
                    /** @description Absent: all clusters of the project. */
                    clusterIds?: string[];
                };
                /**
                 * Format: date-time
                 * @example 2026-11-25T18:00:00.000Z
                 */
                startsAt: string;
                /**
                 * @description ENDING: verdicts say no, some cluster still has it. ENDED: gone everywhere.
                 * @enum {string}
                 */
                status: "SCHEDULED" | "ACTIVE" | "ENDING" | "ENDED";
                ticket: components["schemas"]["Ticket"] | null;
            } | null;
            /** @description Why nothing would be done. */
            declined?: string;
            /** @constant */
            dryRun: true;
            /** @description The first hundred live grants that would end; null: it is no hook that ends grants, or it is declined. */
            ends: string[] | null;
            /** @description Each field with its value, from the payload or the constants. */
            fields: {
                [key: string]: unknown;
            };
            guards: {
                detail: string;
                /**
                 * @description ticketOpen: a ticket that was closed gives no access any more.
                 * @enum {string}
                 */
                guard: "equals" | "maxAge" | "maxActionsPerHour" | "ticketOpen";
                /** @enum {string} */
                outcome: "PASS" | "FAIL";
            }[];
            /** @description The payload’s own time; null: it says none. */
            occurredAt: string | null;
            /** @description The revocation that would begin. */
            revokes: {
                /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                identityProviderId: string;
                incident: components["schemas"]["Incident"] | null;
                reason: string;
            } | null;
        };
        /** @description One registered OIDC issuer and audience. */
        IdentityProvider: {
            allowedAlgorithms: components["schemas"]["Algorithm"][];
            /** @description Exactly as tokens carry it in `aud`. */
            audience: string;
            /**
             * @description Whether grants name groups of its tokens, or users.
             * @enum {string}
             */
            authorizationType: "GROUP" | "USER";
            /**
             * Format: date-time
             * @description When the issuer was last looked at.
             * @example 2026-11-25T18:00:00.000Z
             */
            checkedAt: string;
            /** @description With which people sign in; null for machines. */
            clientId: string | null;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            description: string;
            /** @description Domains whose people sign in here. */
            domainIds: string[];
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @description As seen at the last look, the gravest first. */
            findings: components["schemas"]["Finding"][];
            groupsClaim: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @description Exactly as tokens carry it in `iss`. */
            issuerUri: string;
            /** @description Where its keys are fetched, as discovery said at the last look. */
            jwksUri: string;
            name: string;
            /**
             * Format: date-time
             * @description When it is looked at next by itself: daily, and hourly after an ERROR.
             * @example 2026-11-25T18:00:00.000Z
             */
            nextCheckAt: string;
            /**
             * @description People, or machines. Fixed.
             * @enum {string}
             */
            purpose: "WORKFORCE" | "WORKLOAD";
            requestedScopes: string[];
            /** @description Made from the first name, unique in the federation, fixed: part of `username` in verdicts. */
            shortName: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            userClaim: string;
        };
        IdentityProviderChange: {
            allowedAlgorithms?: components["schemas"]["Algorithm"][];
            audience?: string & (unknown & unknown);
            /**
             * @description Whether grants name groups of its tokens, or users.
             * @enum {string}
             */
            authorizationType?: "GROUP" | "USER";
            clientId?: (string & (unknown & unknown & unknown)) | null;
            description?: string;
            groupsClaim?: string & (unknown & unknown);
            issuerUri?: string;
            name?: string;
            requestedScopes?: string[];
            userClaim?: string & (unknown & unknown);
        };
        /** @description What it would come to: nothing was stored. */
        IdentityProviderDryRun: {
            allowedAlgorithms: components["schemas"]["Algorithm"][];
            /** @description Exactly as tokens carry it in `aud`. */
            audience: string;
            /**
             * @description Whether grants name groups of its tokens, or users.
             * @enum {string}
             */
            authorizationType: "GROUP" | "USER";
            /**
             * Format: date-time
             * @description When the issuer was last looked at.
             * @example 2026-11-25T18:00:00.000Z
             */
            checkedAt: string;
            /** @description With which people sign in; null for machines. */
            clientId: string | null;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            description: string;
            /** @description Domains whose people sign in here. */
            domainIds: string[];
            /** @constant */
            dryRun: true;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @description As seen at the last look, the gravest first. */
            findings: components["schemas"]["Finding"][];
            groupsClaim: string;
            /** @description Exactly as tokens carry it in `iss`. */
            issuerUri: string;
            /** @description Where its keys are fetched, as discovery said at the last look. */
            jwksUri: string;
            name: string;
            /**
             * Format: date-time
             * @description When it is looked at next by itself: daily, and hourly after an ERROR.
             * @example 2026-11-25T18:00:00.000Z
             */
            nextCheckAt: string;
            /**
             * @description People, or machines. Fixed.
             * @enum {string}
             */
            purpose: "WORKFORCE" | "WORKLOAD";
            requestedScopes: string[];
            /** @description Made from the first name, unique in the federation, fixed: part of `username` in verdicts. */
            shortName: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            userClaim: string;
        };
        IdentityProviderList: {
            items: components["schemas"]["IdentityProvider"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description The incident behind a revocation. */
        Incident: {
            /** @example Q1KDXUJ3T5Z3SI */
            key: string;
            /** @example pagerduty */
            system: string;
        };
        /** @description The incident behind a revocation. */
        IncidentInput: {
            /** @example Q1KDXUJ3T5Z3SI */
            key: string;
            /** @example pagerduty */
            system: string;
        };
        /** @description A built-in role with its database (`admin`, or left out, for one of a whole cluster), or a custom role. */
        InheritedRole: {
            database?: string;
            /** @description A built-in role, or a custom role of the same project. */
            role: ("read" | "readWrite" | "dbAdmin" | "dbOwner" | "userAdmin" | "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root") | string;
        };
        /** @description A built-in role with its database (`admin`, or left out, for one of a whole cluster), or a custom role. */
        InheritedRoleInput: {
            database?: string;
            /** @description A built-in role, or a custom role of the same project. */
            role: ("read" | "readWrite" | "dbAdmin" | "dbOwner" | "userAdmin" | "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root") | string;
        };
        /** @description Whose access ends in one project, and the grants that give it. */
        Loss: {
            grants: string[];
            principals: components["schemas"]["Principal"][];
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId: string;
        };
        /** @description The key with its secret, which is shown this once. */
        NewApiKeyAnswer: {
            /**
             * @description Of client credentials.
             * @example key_01JDG3ZV8WQK2M5N7P9R1T3V5X
             */
            clientId?: string;
            /** @description Of client credentials: shown this once. */
            clientSecret?: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            expiresAt: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example key_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @description Of an API key: shown this once. */
            key?: string;
            /** @enum {string} */
            kind: "API_KEY" | "CLIENT_CREDENTIALS";
            /** @description Of verdicts to the minute; null: never. */
            lastUsedAt: string | null;
            name: string;
            /** @description Null: the limit that all have. */
            requestsPerMinute: number | null;
            /** @enum {string} */
            role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What it would come to: nothing was stored. */
        NewApiKeyAnswerDryRun: {
            /**
             * @description Of client credentials.
             * @example key_01JDG3ZV8WQK2M5N7P9R1T3V5X
             */
            clientId?: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            expiresAt: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @enum {string} */
            kind: "API_KEY" | "CLIENT_CREDENTIALS";
            /** @description Of verdicts to the minute; null: never. */
            lastUsedAt: string | null;
            name: string;
            /** @description Null: the limit that all have. */
            requestsPerMinute: number | null;
            /** @enum {string} */
            role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        NewCallerIssuer: {
            audience: string & (unknown & unknown);
            issuerUri: string;
            /**
             * Format: duration
             * @description ISO 8601, weeks to seconds: no years or months, and `P1D` is 24 hours.
             * @example PT6H
             * @example P1D
             * @example P1W
             */
            longestLifetime?: string;
            name: string;
            requestsPerMinute?: number | null;
            /** @default {} */
            requiredClaims?: {
                [key: string]: string;
            };
            /** @enum {string} */
            role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
            subjects: string[];
        };
        NewCluster: {
            connector: components["schemas"]["NewConnector"];
            /**
             * @description Left out: ATLAS for Atlas tiers, ENTERPRISE for SELF_MANAGED.
             * @enum {string}
             */
            distribution?: "ATLAS" | "ENTERPRISE" | "PERCONA";
            /**
             * @default CLUSTER
             * @enum {string}
             */
            kind?: "CLUSTER" | "FEDERATED_DATABASE_INSTANCE";
            /** @description From 7.0.11 on; of Percona from 7.0.24-13 or 8.0.12-4 on. */
            mongoDbVersion: string;
            name: string;
            /** @description SELF_MANAGED, or a dedicated Atlas tier: what lies below M10 has no workforce access. */
            tier: string;
            /**
             * @description Seconds for which a gateway may hold a verdict.
             * @default 0
             */
            verdictMaxAge?: number;
        };
        NewConnection: {
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
        };
        /** @description How grants and revocations reach the cluster. `mongodb` is not part of this release yet: it is refused with 422. */
        NewConnector: {
            /** @constant */
            type: "introspection";
        } | {
            /** @description Before the name of every identity provider in what the servers are given. Fixed. */
            authNamePrefix: string;
            /** @description Write-only: sealed at rest. */
            password: string;
            /** @constant */
            type: "mongodb";
            uris: string[];
            username: string;
        };
        NewCustomRole: {
            /** @default [] */
            actions?: components["schemas"]["RoleActionInput"][];
            /** @default [] */
            inheritedRoles?: components["schemas"]["InheritedRoleInput"][];
            name: string;
        };
        NewDomain: {
            displayName: string;
            /** @description A name that can be owned: no public suffix, IP address or single label. */
            domainName: string;
            /** @enum {string} */
            method: "DNS_RECORD" | "HTML_FILE_UPLOAD";
        };
        NewFreeze: {
            reason: string;
            target: components["schemas"]["FreezeTargetInput"];
        };
        NewGrant: {
            /**
             * Format: duration
             * @description Counted from `startsAt` if that is in the future, else from now. Instead of `expiresAt`; neither: permanent.
             * @example PT6H
             * @example P1D
             * @example P1W
             */
            duration?: string;
            /**
             * Format: date-time
             * @description It holds until just before this instant.
             * @example 2026-11-25T18:00:00.000Z
             */
            expiresAt?: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            /**
             * @description Left out: DROP_AND_END_SESSIONS, of a permanent grant DROP.
             * @enum {string}
             */
            onEnd?: "DROP_AND_END_SESSIONS" | "DROP";
            principal: components["schemas"]["PrincipalInput"];
            /**
             * Format: date-time
             * @description When somebody is to look whether it is still needed: `grant.review-due` is told then, once. It ends nothing. After the start; meant for permanent grants.
             * @example 2026-11-25T18:00:00.000Z
             */
            reviewBy?: string;
            roles: components["schemas"]["RolesInput"];
            /**
             * @description Left out: all clusters of the project, also those that are still to come.
             * @default {}
             */
            scope?: {
                clusterIds?: string[];
            };
            /**
             * Format: date-time
             * @description Left out or passed: now.
             * @example 2026-11-25T18:00:00.000Z
             */
            startsAt?: string;
            ticket?: components["schemas"]["TicketInput"];
        };
        NewHook: {
            action: components["schemas"]["HookAction"];
            /**
             * @description Fields that are the same in every delivery.
             * @default {}
             */
            constants?: {
                [key: string]: string | unknown[];
            };
            /**
             * @description Of `hmac-sha256`. Left out: hex.
             * @enum {string}
             */
            encoding?: "hex" | "base64";
            format: components["schemas"]["HookFormat"];
            guards?: components["schemas"]["HookGuards"];
            /**
             * @description Of `hmac-sha256`: the header that holds the signature.
             * @example X-ServiceNow-Signature
             */
            header?: string;
            /**
             * @description Of REVOKE_JWKS and CREATE_GRANT.
             * @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X
             */
            identityProviderId?: string;
            /**
             * @description Where each field stands in the payload: pointers, never expressions.
             * @default {}
             */
            mapping?: {
                [key: string]: string;
            };
            name: string;
            /**
             * @description Of `hmac-sha256`: what stands before the signature. Left out: nothing.
             * @example sha256=
             */
            prefix?: string;
            /**
             * @description Of END_GRANTS_OF_TICKET and CREATE_GRANT.
             * @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X
             */
            projectId?: string;
            /**
             * @description One that the sender made; left out, one is drawn. Its UTF-8 bytes are the HMAC key; only with `standard-webhooks`, and only when it begins with `whsec_`, what follows is Base64 of the key, as that standard says.
             * @example bGV0IG1lIGlu-a-secret-that-the-sender-made
             */
            secret?: string;
        };
        /** @description The hook with its secret, which is shown this once. */
        NewHookAnswer: {
            action: components["schemas"]["HookAction"];
            constants: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Of `hmac-sha256`.
             * @enum {string}
             */
            encoding?: "hex" | "base64";
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            format: components["schemas"]["HookFormat"];
            guards: {
                equals: {
                    [key: string]: string | number | boolean | null;
                };
                maxActionsPerHour: number | null;
                /**
                 * Format: duration
                 * @example PT5M
                 */
                maxAge: string | null;
            };
            /** @description Of `hmac-sha256`. */
            header?: string;
            /** @example hok_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId?: string;
            /** @description Of verdicts to the minute; null: never. */
            lastUsedAt: string | null;
            mapping: {
                [key: string]: string;
            };
            name: string;
            /** @description Until then the secret of before proves deliveries, too. */
            olderSecretEndsAt: string | null;
            /** @description Of `hmac-sha256`. */
            prefix?: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId?: string;
            /** @description Signs deliveries. Shown this once. */
            secret?: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @description Where the sender posts to. */
            url: string;
        };
        /** @description What it would come to: nothing was stored. */
        NewHookAnswerDryRun: {
            action: components["schemas"]["HookAction"];
            constants: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            /**
             * @description Of `hmac-sha256`.
             * @enum {string}
             */
            encoding?: "hex" | "base64";
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            format: components["schemas"]["HookFormat"];
            guards: {
                equals: {
                    [key: string]: string | number | boolean | null;
                };
                maxActionsPerHour: number | null;
                /**
                 * Format: duration
                 * @example PT5M
                 */
                maxAge: string | null;
            };
            /** @description Of `hmac-sha256`. */
            header?: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId?: string;
            /** @description Of verdicts to the minute; null: never. */
            lastUsedAt: string | null;
            mapping: {
                [key: string]: string;
            };
            name: string;
            /** @description Until then the secret of before proves deliveries, too. */
            olderSecretEndsAt: string | null;
            /** @description Of `hmac-sha256`. */
            prefix?: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId?: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @description Where the sender posts to. */
            url: string;
        };
        NewIdentityProvider: {
            /**
             * @default [
             *       "RS256",
             *       "RS384",
             *       "RS512",
             *       "PS256",
             *       "PS384",
             *       "PS512",
             *       "ES256",
             *       "ES384",
             *       "ES512",
             *       "EdDSA"
             *     ]
             */
            allowedAlgorithms?: components["schemas"]["Algorithm"][];
            audience: string & (unknown & unknown);
            /**
             * @description Whether grants name groups of its tokens, or users.
             * @enum {string}
             */
            authorizationType: "GROUP" | "USER";
            /** @default null */
            clientId?: (string & (unknown & unknown & unknown)) | null;
            /** @default  */
            description?: string;
            /** @default groups */
            groupsClaim?: string & (unknown & unknown);
            issuerUri: string;
            name: string;
            /**
             * @description People, or machines. Fixed.
             * @default WORKFORCE
             * @enum {string}
             */
            purpose?: "WORKFORCE" | "WORKLOAD";
            /** @default [] */
            requestedScopes?: string[];
            /** @default sub */
            userClaim?: string & (unknown & unknown);
        };
        /** @description Which grants it is about, then what it demands of them. */
        NewPolicyRule: {
            /**
             * @description The approver’s own access token makes the call; named by another caller they are only asserted.
             * @default false
             */
            approverVerified?: boolean;
            /** @description With customRoles and privileges: what a grant may give. All left out: any role. */
            builtInRoles?: ("read" | "readWrite" | "dbAdmin" | "dbOwner" | "userAdmin" | "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root")[];
            /** @description Left out: any, and all clusters of the project at once. */
            clusterIds?: string[];
            customRoles?: string[];
            /**
             * Format: duration
             * @description Of a grant, and of each extension from when it is made.
             * @example PT6H
             * @example P1D
             * @example P1W
             */
            longestDuration?: string;
            /**
             * Format: duration
             * @description Of one grant with its extensions, from its start.
             * @example PT6H
             * @example P1D
             * @example P1W
             */
            longestTotal?: string;
            name: string;
            /** @description Users or groups by name. Left out: any. */
            principals?: string[];
            privileges?: components["schemas"]["PrivilegePatternInput"][];
            /**
             * @description The ticket names both, and they are not the same.
             * @default false
             */
            requesterAndApproverDiffer?: boolean;
            /** @default false */
            temporaryOnly?: boolean;
            /** @default false */
            ticketRequired?: boolean;
        };
        NewRevocation: {
            incident?: components["schemas"]["IncidentInput"];
            reason: string;
        };
        NewRoleBinding: {
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            principal: components["schemas"]["PrincipalInput"];
            /** @enum {string} */
            role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
        };
        NewTenant: {
            name: string;
        };
        NewWebhook: {
            /** @description Null, or left out: all, those of later releases too. */
            events?: components["schemas"]["EventType"][] | null;
            name?: string | null;
            /**
             * Format: uri
             * @description HTTPS, on the public internet. Redirects are not followed.
             * @example https://hooks.acme.com/sallyport
             */
            url: string;
        };
        /** @description The webhook with its secret, which is shown this once. */
        NewWebhookAnswer: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Since when nothing is sent; why is in `findings`. */
            disabledAt: string | null;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @description Null: all, those of later releases too. */
            events: string[] | null;
            /** @description Since when no attempt has got through. */
            failingSince: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            findings: components["schemas"]["Finding"][];
            /** @example whk_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            name: string | null;
            /** @description Until then events are signed with the secret of before, too. */
            olderSecretEndsAt: string | null;
            /** @description Signs what is sent (Standard Webhooks 1.0.0). Shown this once. */
            secret?: string;
            status: components["schemas"]["WebhookStatus"];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            url: string;
        };
        /** @description What it would come to: nothing was stored. */
        NewWebhookAnswerDryRun: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Since when nothing is sent; why is in `findings`. */
            disabledAt: string | null;
            /** @constant */
            dryRun: true;
            /** @description Null: all, those of later releases too. */
            events: string[] | null;
            /** @description Since when no attempt has got through. */
            failingSince: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            findings: components["schemas"]["Finding"][];
            name: string | null;
            /** @description Until then events are signed with the secret of before, too. */
            olderSecretEndsAt: string | null;
            status: components["schemas"]["WebhookStatus"];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            url: string;
        };
        /** @description RFC 6749 section 5.2. */
        OAuthError: {
            error: string;
            error_description: string;
        };
        /** @description As in Atlas: projects, for which identity providers are connected together. */
        Organization: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            name: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What it would come to: nothing was stored. */
        OrganizationDryRun: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            name: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        OrganizationList: {
            items: components["schemas"]["Organization"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description Which grants it is about, then what it demands of them. */
        PolicyRule: {
            /**
             * @description The approver’s own access token makes the call; named by another caller they are only asserted.
             * @default false
             */
            approverVerified: boolean;
            /** @description With customRoles and privileges: what a grant may give. All left out: any role. */
            builtInRoles?: ("read" | "readWrite" | "dbAdmin" | "dbOwner" | "userAdmin" | "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root")[];
            /** @description Left out: any, and all clusters of the project at once. */
            clusterIds?: string[];
            customRoles?: string[];
            /**
             * Format: duration
             * @example P1D
             */
            longestDuration?: string;
            /**
             * Format: duration
             * @example P1D
             */
            longestTotal?: string;
            name: string;
            /** @description Users or groups by name. Left out: any. */
            principals?: string[];
            privileges?: components["schemas"]["PrivilegePattern"][];
            /**
             * @description The ticket names both, and they are not the same.
             * @default false
             */
            requesterAndApproverDiffer: boolean;
            /** @default false */
            temporaryOnly: boolean;
            /** @default false */
            ticketRequired: boolean;
        };
        /** @description A user or group of an identity provider, by the value of its claim: compared character by character. */
        Principal: {
            name: string;
            /**
             * @description As the identity provider authorizes.
             * @enum {string}
             */
            type: "GROUP" | "USER";
        };
        /** @description A user or group of an identity provider, by the value of its claim: compared character by character. */
        PrincipalInput: {
            name: string;
            /**
             * @description As the identity provider authorizes.
             * @enum {string}
             */
            type: "GROUP" | "USER";
        };
        /** @description A built-in role on one database, or (read and readWrite) on one collection. */
        Privilege: {
            collection?: string;
            database: string;
            /** @enum {string} */
            role: "read" | "readWrite" | "dbAdmin" | "dbOwner" | "userAdmin" | "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root";
        };
        /** @description A built-in role on one database, or (read and readWrite) on one collection. */
        PrivilegeInput: {
            collection?: string;
            database: string;
            /** @enum {string} */
            role: "read" | "readWrite" | "dbAdmin" | "dbOwner" | "userAdmin" | "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root";
        };
        /** @description Privileges of a grant that lie inside a rule. */
        PrivilegePattern: {
            /** @description Left out: any collection, and the whole database. */
            collection?: string;
            /** @description Left out: any database. */
            database?: string;
            /** @enum {string} */
            role: "read" | "readWrite" | "dbAdmin" | "dbOwner" | "userAdmin" | "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root";
        };
        /** @description Privileges of a grant that lie inside a rule. */
        PrivilegePatternInput: {
            /** @description Left out: any collection, and the whole database. */
            collection?: string;
            /** @description Left out: any database. */
            database?: string;
            /** @enum {string} */
            role: "read" | "readWrite" | "dbAdmin" | "dbOwner" | "userAdmin" | "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root";
        };
        /** @description Problem details (RFC 9457). */
        Problem: {
            /** @description What is wrong, then what to do. */
            detail: string;
            /** @description Of a bad form at introspection, as RFC 6749 section 5.2 names it. */
            error?: string;
            error_description?: string;
            /** @description Every broken field at once. */
            errors?: {
                message: string;
                /** @description JSON Pointer (RFC 6901) into the body, or the parameter’s name. */
                pointer: string;
            }[];
            /** @description Of `identity-provider-unfit`: what was seen at the issuer. */
            findings?: components["schemas"]["Finding"][];
            /** @description This one answer, for the operator’s log. */
            instance: string;
            status: number;
            title: string;
            /**
             * Format: uri
             * @description Stable: what a program looks at.
             */
            type: string;
        };
        /** @description As in Atlas: clusters, and the grants on them. */
        Project: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            name: string;
            /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            organizationId: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What it would come to: nothing was stored. */
        ProjectDryRun: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            name: string;
            /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            organizationId: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        ProjectList: {
            items: components["schemas"]["Project"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description The TXT record to publish. */
        RecordProof: {
            /** @description Proves it as well: the one to use for a name with a CNAME. Null: the name is too long for it. */
            alternativeRecordName: string | null;
            recordName: string;
            /** @constant */
            recordType: "TXT";
            recordValue: string;
        };
        /** @description A collection, a whole database, all of them (`""`), or the cluster itself. */
        Resource: {
            collection: string;
            database: string;
        } | {
            /** @constant */
            cluster: true;
        };
        /** @description A collection, a whole database, all of them (`""`), or the cluster itself. */
        ResourceInput: {
            collection: string;
            database: string;
        } | {
            /** @constant */
            cluster: true;
        };
        /** @description One order to forget an identity provider’s cached signing keys, with its progress. */
        Revocation: {
            /** @description At most 100; all of them at `…/clusters`. */
            clusters: components["schemas"]["RevocationCluster"][];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            createdBy: string;
            /**
             * Format: date-time
             * @description From this instant on no verdict uses a key that was fetched before it.
             * @example 2026-11-25T18:00:00.000Z
             */
            effectiveAt: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            finishedAt: string | null;
            /** @example rev_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            incident: components["schemas"]["Incident"] | null;
            reason: string;
            /**
             * @description FINISHED: every cluster has been told.
             * @enum {string}
             */
            status: "PROPAGATING" | "FINISHED";
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description How far one cluster is with one revocation. */
        RevocationCluster: {
            /** @description When it came to this state; null while PENDING. */
            at: string | null;
            /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            clusterId: string;
            detail: string | null;
            /** @description From `effectiveAt` to the acknowledgement, in milliseconds. */
            lagMs: number | null;
            nodes: {
                host: string;
                state: string;
            }[];
            /**
             * @description FAILED is the last try; it goes on.
             * @enum {string}
             */
            state: "PENDING" | "ACKNOWLEDGED" | "FAILED" | "STUCK" | "NOT_ENFORCEABLE";
        };
        RevocationClusterList: {
            items: components["schemas"]["RevocationCluster"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description What it would come to: nothing was stored. */
        RevocationDryRun: {
            /** @description At most 100; all of them at `…/clusters`. */
            clusters: components["schemas"]["RevocationCluster"][];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            createdBy: string;
            /** @constant */
            dryRun: true;
            /**
             * Format: date-time
             * @description From this instant on no verdict uses a key that was fetched before it.
             * @example 2026-11-25T18:00:00.000Z
             */
            effectiveAt: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            finishedAt: string | null;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            incident: components["schemas"]["Incident"] | null;
            reason: string;
            /**
             * @description FINISHED: every cluster has been told.
             * @enum {string}
             */
            status: "PROPAGATING" | "FINISHED";
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        RevocationList: {
            items: components["schemas"]["Revocation"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description One action, and what it is allowed on. */
        RoleAction: {
            /** @enum {string} */
            action: "FIND" | "INSERT" | "REMOVE" | "UPDATE" | "BYPASS_DOCUMENT_VALIDATION" | "USE_UUID" | "KILL_OP" | "BYPASS_DEFAULT_MAX_TIME_MS" | "CREATE_COLLECTION" | "CREATE_INDEX" | "DROP_COLLECTION" | "ENABLE_PROFILER" | "KILL_ANY_CURSOR" | "ANALYZE" | "CHANGE_STREAM" | "COLL_MOD" | "COMPACT" | "CONVERT_TO_CAPPED" | "DROP_DATABASE" | "DROP_INDEX" | "RE_INDEX" | "RENAME_COLLECTION_SAME_DB" | "SET_USER_WRITE_BLOCK" | "BYPASS_USER_WRITE_BLOCK" | "LIST_SESSIONS" | "KILL_ANY_SESSION" | "COLL_STATS" | "CONN_POOL_STATS" | "DB_HASH" | "DB_STATS" | "GET_CMD_LINE_OPTS" | "GET_LOG" | "GET_PARAMETER" | "GET_SHARD_MAP" | "HOST_INFO" | "IN_PROG" | "LIST_DATABASES" | "LIST_COLLECTIONS" | "LIST_INDEXES" | "LIST_SHARDS" | "NET_STAT" | "REPL_SET_GET_CONFIG" | "REPL_SET_GET_STATUS" | "SERVER_STATUS" | "VALIDATE" | "SHARDING_STATE" | "TOP" | "SQL_GET_SCHEMA" | "SQL_SET_SCHEMA" | "VIEW_ALL_HISTORY" | "OUT_TO_S3" | "OUT_TO_AZURE" | "OUT_TO_GCS" | "STORAGE_GET_CONFIG" | "STORAGE_SET_CONFIG" | "FLUSH_ROUTER_CONFIG" | "ENABLE_SHARDING" | "CHECK_METADATA_CONSISTENCY" | "MOVE_CHUNK" | "SPLIT_CHUNK" | "ANALYZE_SHARD_KEY" | "REFINE_COLLECTION_SHARD_KEY" | "CLEAR_JUMBO_FLAG" | "RESHARD_COLLECTION" | "SHARDED_DATA_DISTRIBUTION" | "GET_STREAM_PROCESSOR" | "CREATE_STREAM_PROCESSOR" | "PROCESS_STREAM_PROCESSOR" | "MODIFY_STREAM_PROCESSOR" | "START_STREAM_PROCESSOR" | "STOP_STREAM_PROCESSOR" | "DROP_STREAM_PROCESSOR" | "SAMPLE_STREAM_PROCESSOR" | "LIST_STREAM_PROCESSORS" | "LIST_CONNECTIONS" | "STREAM_PROCESSOR_STATS" | "CREATE_SEARCH_INDEX" | "DROP_SEARCH_INDEX" | "LIST_SEARCH_INDEXES" | "UPDATE_SEARCH_INDEX";
            resources: components["schemas"]["Resource"][];
        };
        /** @description One action, and what it is allowed on. */
        RoleActionInput: {
            /** @enum {string} */
            action: "FIND" | "INSERT" | "REMOVE" | "UPDATE" | "BYPASS_DOCUMENT_VALIDATION" | "USE_UUID" | "KILL_OP" | "BYPASS_DEFAULT_MAX_TIME_MS" | "CREATE_COLLECTION" | "CREATE_INDEX" | "DROP_COLLECTION" | "ENABLE_PROFILER" | "KILL_ANY_CURSOR" | "ANALYZE" | "CHANGE_STREAM" | "COLL_MOD" | "COMPACT" | "CONVERT_TO_CAPPED" | "DROP_DATABASE" | "DROP_INDEX" | "RE_INDEX" | "RENAME_COLLECTION_SAME_DB" | "SET_USER_WRITE_BLOCK" | "BYPASS_USER_WRITE_BLOCK" | "LIST_SESSIONS" | "KILL_ANY_SESSION" | "COLL_STATS" | "CONN_POOL_STATS" | "DB_HASH" | "DB_STATS" | "GET_CMD_LINE_OPTS" | "GET_LOG" | "GET_PARAMETER" | "GET_SHARD_MAP" | "HOST_INFO" | "IN_PROG" | "LIST_DATABASES" | "LIST_COLLECTIONS" | "LIST_INDEXES" | "LIST_SHARDS" | "NET_STAT" | "REPL_SET_GET_CONFIG" | "REPL_SET_GET_STATUS" | "SERVER_STATUS" | "VALIDATE" | "SHARDING_STATE" | "TOP" | "SQL_GET_SCHEMA" | "SQL_SET_SCHEMA" | "VIEW_ALL_HISTORY" | "OUT_TO_S3" | "OUT_TO_AZURE" | "OUT_TO_GCS" | "STORAGE_GET_CONFIG" | "STORAGE_SET_CONFIG" | "FLUSH_ROUTER_CONFIG" | "ENABLE_SHARDING" | "CHECK_METADATA_CONSISTENCY" | "MOVE_CHUNK" | "SPLIT_CHUNK" | "ANALYZE_SHARD_KEY" | "REFINE_COLLECTION_SHARD_KEY" | "CLEAR_JUMBO_FLAG" | "RESHARD_COLLECTION" | "SHARDED_DATA_DISTRIBUTION" | "GET_STREAM_PROCESSOR" | "CREATE_STREAM_PROCESSOR" | "PROCESS_STREAM_PROCESSOR" | "MODIFY_STREAM_PROCESSOR" | "START_STREAM_PROCESSOR" | "STOP_STREAM_PROCESSOR" | "DROP_STREAM_PROCESSOR" | "SAMPLE_STREAM_PROCESSOR" | "LIST_STREAM_PROCESSORS" | "LIST_CONNECTIONS" | "STREAM_PROCESSOR_STATS" | "CREATE_SEARCH_INDEX" | "DROP_SEARCH_INDEX" | "LIST_SEARCH_INDEXES" | "UPDATE_SEARCH_INDEX";
            resources: components["schemas"]["ResourceInput"][];
        };
        /** @description What a user or group of an identity provider may do here. */
        RoleBinding: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            createdBy: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example rbd_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            principal: components["schemas"]["Principal"];
            /** @enum {string} */
            role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description What it would come to: nothing was stored. */
        RoleBindingDryRun: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            createdBy: string;
            /** @constant */
            dryRun: true;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            principal: components["schemas"]["Principal"];
            /** @enum {string} */
            role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
            scope: {
                /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "FEDERATION";
            } | {
                /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "ORGANIZATION";
            } | {
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "PROJECT";
            } | {
                /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                id: string;
                /** @constant */
                type: "CLUSTER";
            };
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        RoleBindingList: {
            items: components["schemas"]["RoleBinding"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description What a grant gives: at least one role, of whatever kind. */
        Roles: {
            /**
             * @description For a whole cluster.
             * @enum {string}
             */
            builtIn?: "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root";
            /**
             * @description Custom roles of the project, by name.
             * @default []
             */
            custom: string[];
            /** @default [] */
            privileges: components["schemas"]["Privilege"][];
        };
        /** @description What a grant gives: at least one role, of whatever kind. */
        RolesInput: {
            /**
             * @description For a whole cluster.
             * @enum {string}
             */
            builtIn?: "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root";
            /**
             * @description Custom roles of the project, by name.
             * @default []
             */
            custom?: string[];
            /** @default [] */
            privileges?: components["schemas"]["PrivilegeInput"][];
        };
        /** @description With which issuer, client and scopes people of a domain sign in. */
        SignIn: {
            clientId: string | null;
            issuer: string;
            scopes: string[];
        };
        TenantChange: {
            name?: string;
        };
        /** @description The ticket behind a grant. */
        Ticket: {
            /** @description Who said yes. */
            approver?: string;
            /** @example REQ0012345 */
            key: string;
            reason?: string;
            /** @description Who asked for it. */
            requester?: string;
            /**
             * @example servicenow
             * @example jira
             */
            system: string;
            /** Format: uri */
            url?: string;
        };
        /** @description The ticket behind a grant. */
        TicketInput: {
            /** @description Who said yes. */
            approver?: string;
            /** @example REQ0012345 */
            key: string;
            reason?: string;
            /** @description Who asked for it. */
            requester?: string;
            /**
             * @example servicenow
             * @example jira
             */
            system: string;
            /** Format: uri */
            url?: string;
        };
        /** @description May the bearer of this token use this cluster now, as what, until when (RFC 7662). */
        Verdict: {
            /** @constant */
            active: true;
            aud: string;
            client_id?: string;
            /** @description What each custom role allows, with the custom roles it inherits; absent when none is given. */
            customRoles?: {
                actions: components["schemas"]["RoleAction"][];
                role: string;
            }[];
            /** @description Earliest of the token’s and of any matching grant’s end, floored to seconds: trusting it alone stops up to 999 ms early. */
            exp: number;
            /**
             * Format: date-time
             * @description The same end, to the millisecond.
             * @example 2026-11-25T18:00:00.000Z
             */
            expiresAt: string;
            grants: string[];
            iat?: number;
            iss: string;
            principal: {
                names: string[];
                /** @enum {string} */
                type: "GROUP" | "USER";
            };
            privileges: {
                collection?: string;
                database: string;
                role: string;
            }[];
            roles: {
                database: string;
                role: string;
            }[];
            sub: string;
            /** @example acme-entra/alice@acme.com */
            username: string;
        } | {
            /** @constant */
            active: false;
        };
        /** @description One look for the proof of a domain. */
        VerificationAttempt: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            at: string;
            /** @description What was asked of whom, and what came back. */
            exchanges: components["schemas"]["Exchange"][];
            finding: components["schemas"]["Finding"];
            /** @example att_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /**
             * @description PROVED and NOT_PROVED were seen; UNKNOWN is an outage, and decides nothing.
             * @enum {string}
             */
            outcome: "PROVED" | "NOT_PROVED" | "UNKNOWN";
        };
        VerificationAttemptList: {
            items: components["schemas"]["VerificationAttempt"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description Where events are sent to, without the secret that signs them. */
        Webhook: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Since when nothing is sent; why is in `findings`. */
            disabledAt: string | null;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @description Null: all, those of later releases too. */
            events: string[] | null;
            /** @description Since when no attempt has got through. */
            failingSince: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            findings: components["schemas"]["Finding"][];
            /** @example whk_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            name: string | null;
            /** @description Until then events are signed with the secret of before, too. */
            olderSecretEndsAt: string | null;
            status: components["schemas"]["WebhookStatus"];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            url: string;
        };
        WebhookChange: {
            /** @description Null, or left out: all, those of later releases too. */
            events?: components["schemas"]["EventType"][] | null;
            name?: string | null;
            status?: components["schemas"]["WebhookStatus"];
            /**
             * Format: uri
             * @description HTTPS, on the public internet. Redirects are not followed.
             * @example https://hooks.acme.com/sallyport
             */
            url?: string;
        };
        /** @description One event on its way to one webhook. */
        WebhookDelivery: {
            attemptCount: number;
            /** @description The last ones, oldest first. */
            attempts: components["schemas"]["DeliveryAttempt"][];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /**
             * @description The `webhook-id`, and the `id` of the CloudEvent: the same on every attempt.
             * @example evt_01JDG3ZV8WQK2M5N7P9R1T3V5X
             */
            eventId: string;
            /** @example dlv_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @description Null: none is planned. */
            nextAttemptAt: string | null;
            status: components["schemas"]["DeliveryStatus"];
            /** @description What it is about. */
            subject: string;
            /** @description The `type` of the CloudEvent. */
            type: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @example whk_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            webhookId: string;
        };
        /** @description What it would come to: nothing was stored. */
        WebhookDeliveryDryRun: {
            attemptCount: number;
            /** @description The last ones, oldest first. */
            attempts: components["schemas"]["DeliveryAttempt"][];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @constant */
            dryRun: true;
            /**
             * @description The `webhook-id`, and the `id` of the CloudEvent: the same on every attempt.
             * @example evt_01JDG3ZV8WQK2M5N7P9R1T3V5X
             */
            eventId: string;
            /** @description Null: none is planned. */
            nextAttemptAt: string | null;
            status: components["schemas"]["DeliveryStatus"];
            /** @description What it is about. */
            subject: string;
            /** @description The `type` of the CloudEvent. */
            type: string;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            /** @example whk_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            webhookId: string;
        };
        WebhookDeliveryList: {
            items: components["schemas"]["WebhookDelivery"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /** @description What it would come to: nothing was stored. */
        WebhookDryRun: {
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Since when nothing is sent; why is in `findings`. */
            disabledAt: string | null;
            /** @constant */
            dryRun: true;
            /** @description Null: all, those of later releases too. */
            events: string[] | null;
            /** @description Since when no attempt has got through. */
            failingSince: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            findings: components["schemas"]["Finding"][];
            name: string | null;
            /** @description Until then events are signed with the secret of before, too. */
            olderSecretEndsAt: string | null;
            status: components["schemas"]["WebhookStatus"];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            url: string;
        };
        WebhookList: {
            items: components["schemas"]["Webhook"][];
            /**
             * @description Give it to `cursor` for the next page; absent on the last one.
             * @example kW3v0qkz1mV9cQ…
             */
            nextCursor?: string;
        };
        /**
         * @description DISABLED: nothing is sent, and what happens meanwhile is not kept for it. What was waiting before goes on once it is enabled again.
         * @enum {string}
         */
        WebhookStatus: "ENABLED" | "DISABLED";
    };
    responses: {
        /** @description The body is not JSON (`invalid-json`) · A query parameter or header cannot be used (`invalid-query`) */
        "400.invalid-json.invalid-query": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 400;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/invalid-json" | "https://sallyport.dev/problems/invalid-query";
                };
            };
        };
        /** @description A query parameter or header cannot be used (`invalid-query`) */
        "400.invalid-query": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 400;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/invalid-query";
                };
            };
        };
        /** @description The delivery is not proven (`invalid-signature`) · The caller is not known (`unauthenticated`) */
        "401.invalid-signature.unauthenticated": {
            headers: {
                "WWW-Authenticate": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 401;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/invalid-signature" | "https://sallyport.dev/problems/unauthenticated";
                };
            };
        };
        /** @description The caller is not known (`unauthenticated`) */
        "401.unauthenticated": {
            headers: {
                "WWW-Authenticate": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 401;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/unauthenticated";
                };
            };
        };
        /** @description The caller may not do this (`forbidden`) · Nobody has given this person a role (`no-role-binding`) */
        "403.forbidden.no-role-binding": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/forbidden" | "https://sallyport.dev/problems/no-role-binding";
                };
            };
        };
        /** @description Nobody has given this person a role (`no-role-binding`) · The caller may not do this (`forbidden`) */
        "403.no-role-binding.forbidden": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 403;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/no-role-binding" | "https://sallyport.dev/problems/forbidden";
                };
            };
        };
        /** @description Not found (`not-found`) */
        "404.not-found": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 404;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/not-found";
                };
            };
        };
        /** @description The identity provider is connected already (`already-connected`) · The first call with this Idempotency-Key is still running (`idempotency-key-in-progress`) · Someone else changed it first (`version-conflict`) */
        "409.already-connected.idempotency-key-in-progress.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/already-connected" | "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description The proof has expired (`domain-expired`) · The first call with this Idempotency-Key is still running (`idempotency-key-in-progress`) · Someone else changed it first (`version-conflict`) */
        "409.domain-expired.idempotency-key-in-progress.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/domain-expired" | "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description The grant has ended (`grant-ended`) · Someone else changed it first (`version-conflict`) */
        "409.grant-ended.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/grant-ended" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description The first call with this Idempotency-Key is still running (`idempotency-key-in-progress`) · Issuer and audience are registered already (`identity-provider-taken`) · The name is taken (`name-taken`) · Someone else changed it first (`version-conflict`) */
        "409.idempotency-key-in-progress.identity-provider-taken.name-taken.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/identity-provider-taken" | "https://sallyport.dev/problems/name-taken" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description The first call with this Idempotency-Key is still running (`idempotency-key-in-progress`) · The name is taken (`name-taken`) · Someone else changed it first (`version-conflict`) */
        "409.idempotency-key-in-progress.name-taken.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/name-taken" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description The first call with this Idempotency-Key is still running (`idempotency-key-in-progress`) · The principal has this role there already (`role-bound-already`) · Someone else changed it first (`version-conflict`) */
        "409.idempotency-key-in-progress.role-bound-already.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/role-bound-already" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description The first call with this Idempotency-Key is still running (`idempotency-key-in-progress`) · The principal has too many live grants in this project (`too-many-live-grants`) · Someone else changed it first (`version-conflict`) */
        "409.idempotency-key-in-progress.too-many-live-grants.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/too-many-live-grants" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description The first call with this Idempotency-Key is still running (`idempotency-key-in-progress`) · The federation has too many webhooks (`too-many-webhooks`) · Someone else changed it first (`version-conflict`) */
        "409.idempotency-key-in-progress.too-many-webhooks.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/too-many-webhooks" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description The first call with this Idempotency-Key is still running (`idempotency-key-in-progress`) · Someone else changed it first (`version-conflict`) */
        "409.idempotency-key-in-progress.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description The first call with this Idempotency-Key is still running (`idempotency-key-in-progress`) · Someone else changed it first (`version-conflict`) · The webhook is disabled (`webhook-disabled`) */
        "409.idempotency-key-in-progress.version-conflict.webhook-disabled": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/version-conflict" | "https://sallyport.dev/problems/webhook-disabled";
                };
            };
        };
        /** @description The identity provider is still connected (`identity-provider-connected`) · Something still hangs on it (`still-in-use`) · Someone else changed it first (`version-conflict`) */
        "409.identity-provider-connected.still-in-use.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/identity-provider-connected" | "https://sallyport.dev/problems/still-in-use" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description Issuer and audience are registered already (`identity-provider-taken`) · The name is taken (`name-taken`) · Someone else changed it first (`version-conflict`) */
        "409.identity-provider-taken.name-taken.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/identity-provider-taken" | "https://sallyport.dev/problems/name-taken" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description The name is taken (`name-taken`) · Someone else changed it first (`version-conflict`) */
        "409.name-taken.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/name-taken" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description Something still hangs on it (`still-in-use`) · Someone else changed it first (`version-conflict`) */
        "409.still-in-use.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/still-in-use" | "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description Someone else changed it first (`version-conflict`) */
        "409.version-conflict": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 409;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/version-conflict";
                };
            };
        };
        /** @description It is not as the caller saw it (`precondition-failed`) */
        "412.precondition-failed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 412;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/precondition-failed";
                };
            };
        };
        /** @description The body is too large (`payload-too-large`) */
        "413.payload-too-large": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 413;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/payload-too-large";
                };
            };
        };
        /** @description The body has another media type (`unsupported-media-type`) */
        "415.unsupported-media-type": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 415;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/unsupported-media-type";
                };
            };
        };
        /** @description What the hook acts on is gone (`hook-target-gone`) · The Idempotency-Key belongs to another call (`idempotency-key-reused`) · The identity provider is not connected to the organization (`identity-provider-not-connected`) · The body cannot be used (`invalid-body`) · The payload does not fit the hook (`payload-does-not-fit`) · The access policy of the project does not take the grant (`refused-by-policy`) */
        "422.hook-target-gone.idempotency-key-reused.identity-provider-not-connected.invalid-body.payload-does-not-fit.refused-by-policy": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/hook-target-gone" | "https://sallyport.dev/problems/idempotency-key-reused" | "https://sallyport.dev/problems/identity-provider-not-connected" | "https://sallyport.dev/problems/invalid-body" | "https://sallyport.dev/problems/payload-does-not-fit" | "https://sallyport.dev/problems/refused-by-policy";
                };
            };
        };
        /** @description The Idempotency-Key belongs to another call (`idempotency-key-reused`) · The identity provider is not connected to the organization (`identity-provider-not-connected`) · The body cannot be used (`invalid-body`) · The access policy of the project does not take the grant (`refused-by-policy`) */
        "422.idempotency-key-reused.identity-provider-not-connected.invalid-body.refused-by-policy": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-reused" | "https://sallyport.dev/problems/identity-provider-not-connected" | "https://sallyport.dev/problems/invalid-body" | "https://sallyport.dev/problems/refused-by-policy";
                };
            };
        };
        /** @description The Idempotency-Key belongs to another call (`idempotency-key-reused`) · The issuer cannot be used as it is (`identity-provider-unfit`) · The body cannot be used (`invalid-body`) */
        "422.idempotency-key-reused.identity-provider-unfit.invalid-body": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-reused" | "https://sallyport.dev/problems/identity-provider-unfit" | "https://sallyport.dev/problems/invalid-body";
                };
            };
        };
        /** @description The Idempotency-Key belongs to another call (`idempotency-key-reused`) · The body cannot be used (`invalid-body`) */
        "422.idempotency-key-reused.invalid-body": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-reused" | "https://sallyport.dev/problems/invalid-body";
                };
            };
        };
        /** @description The issuer cannot be used as it is (`identity-provider-unfit`) · The body cannot be used (`invalid-body`) */
        "422.identity-provider-unfit.invalid-body": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/identity-provider-unfit" | "https://sallyport.dev/problems/invalid-body";
                };
            };
        };
        /** @description The body cannot be used (`invalid-body`) */
        "422.invalid-body": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/invalid-body";
                };
            };
        };
        /** @description The body cannot be used (`invalid-body`) · The access policy of the project does not take the grant (`refused-by-policy`) */
        "422.invalid-body.refused-by-policy": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 422;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/invalid-body" | "https://sallyport.dev/problems/refused-by-policy";
                };
            };
        };
        /** @description Too many calls (`rate-limited`) */
        "429.rate-limited": {
            headers: {
                /** @description Seconds. */
                "Retry-After": number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 429;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/rate-limited";
                };
            };
        };
        /** @description Sallyport failed (`internal`) */
        "500.internal": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 500;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/internal";
                };
            };
        };
        /** @description It cannot be decided or stored now (`unavailable`) */
        "503.unavailable": {
            headers: {
                /** @description Seconds. */
                "Retry-After": number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @constant */
                    status?: 503;
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/unavailable";
                };
            };
        };
    };
    parameters: {
        /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
        DryRun: boolean;
        /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
        IdempotencyKey: string;
        /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
        IfMatch: string;
        /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
        XIdempotencyKey: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getDocs: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that the reader has; 304 when it is the present one. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description As the reader has it */
            304: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            400: components["responses"]["400.invalid-query"];
            500: components["responses"]["500.internal"];
        };
    };
    issueToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "grant_type": "client_credentials"
                 *     }
                 */
                "application/x-www-form-urlencoded": {
                    assertion?: string;
                    client_id?: string;
                    client_secret?: string;
                    /** @enum {string} */
                    grant_type: "client_credentials" | "urn:ietf:params:oauth:grant-type:jwt-bearer" | "urn:ietf:params:oauth:grant-type:token-exchange";
                    requested_token_type?: string;
                    subject_token?: string;
                    subject_token_type?: string;
                };
            };
        };
        responses: {
            /** @description The token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "sat_key01JDG3ZV8WQK2M5N7P9R1T3V5X_01JDG…",
                     *       "token_type": "Bearer",
                     *       "expires_in": 3600
                     *     }
                     */
                    "application/json": components["schemas"]["AccessTokenAnswer"];
                };
            };
            /** @description The request, the grant or the scope cannot be used */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_client",
                     *       "error_description": "The client is not known, its secret is wrong, or it has ended."
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The client is not known */
            401: {
                headers: {
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_client",
                     *       "error_description": "The client is not known, its secret is wrong, or it has ended."
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_client",
                     *       "error_description": "The client is not known, its secret is wrong, or it has ended."
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Too many calls */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_client",
                     *       "error_description": "The client is not known, its secret is wrong, or it has ended."
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Sallyport failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_client",
                     *       "error_description": "The client is not known, its secret is wrong, or it has ended."
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description It cannot be decided now */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "invalid_client",
                     *       "error_description": "The client is not known, its secret is wrong, or it has ended."
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
        };
    };
    getOpenApiDocument: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that the reader has; 304 when it is the present one. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "text"
                     *     }
                     */
                    "application/json": {
                        openapi: string;
                    };
                };
            };
            /** @description As the reader has it */
            304: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                apiKeyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "ServiceNow",
                     *       "role": "REQUESTER",
                     *       "scope": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "kind": "API_KEY",
                     *       "expiresAt": null,
                     *       "requestsPerMinute": null,
                     *       "lastUsedAt": null,
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteApiKey: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                apiKeyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "name": "ServiceNow",
                     *       "role": "REQUESTER",
                     *       "scope": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "kind": "API_KEY",
                     *       "expiresAt": null,
                     *       "requestsPerMinute": null,
                     *       "lastUsedAt": null,
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getCallerIssuer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                callerIssuerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cis_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "Infrastructure pipeline",
                     *       "issuerUri": "https://token.actions.githubusercontent.com",
                     *       "audience": "https://sallyport.acme.com",
                     *       "subjects": [
                     *         "repo:acme/infra:environment:*"
                     *       ],
                     *       "requiredClaims": {
                     *         "repository_id": "74"
                     *       },
                     *       "role": "REQUESTER",
                     *       "scope": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "longestLifetime": "PT1H",
                     *       "requestsPerMinute": null,
                     *       "jwksUri": "https://token.actions.githubusercontent.com/.well-known/jwks",
                     *       "findings": [],
                     *       "lastUsedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["CallerIssuer"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteCallerIssuer: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                callerIssuerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "Infrastructure pipeline",
                     *       "issuerUri": "https://token.actions.githubusercontent.com",
                     *       "audience": "https://sallyport.acme.com",
                     *       "subjects": [
                     *         "repo:acme/infra:environment:*"
                     *       ],
                     *       "requiredClaims": {
                     *         "repository_id": "74"
                     *       },
                     *       "role": "REQUESTER",
                     *       "scope": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "longestLifetime": "PT1H",
                     *       "requestsPerMinute": null,
                     *       "jwksUri": "https://token.actions.githubusercontent.com/.well-known/jwks",
                     *       "findings": [],
                     *       "lastUsedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["CallerIssuerDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    changeCallerIssuer: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                callerIssuerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subjects": [
                 *         "repo:acme/infra:environment:production"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["CallerIssuerChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cis_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "Infrastructure pipeline",
                     *       "issuerUri": "https://token.actions.githubusercontent.com",
                     *       "audience": "https://sallyport.acme.com",
                     *       "subjects": [
                     *         "repo:acme/infra:environment:*"
                     *       ],
                     *       "requiredClaims": {
                     *         "repository_id": "74"
                     *       },
                     *       "role": "REQUESTER",
                     *       "scope": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "longestLifetime": "PT1H",
                     *       "requestsPerMinute": null,
                     *       "jwksUri": "https://token.actions.githubusercontent.com/.well-known/jwks",
                     *       "findings": [],
                     *       "lastUsedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["CallerIssuer"] | components["schemas"]["CallerIssuerDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.name-taken.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getCluster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                clusterId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "payments-eu",
                     *       "kind": "CLUSTER",
                     *       "tier": "SELF_MANAGED",
                     *       "distribution": "ENTERPRISE",
                     *       "mongoDbVersion": "7.0.12",
                     *       "connector": {
                     *         "type": "introspection"
                     *       },
                     *       "verdictMaxAge": 0,
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Cluster"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteCluster: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                clusterId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "name": "payments-eu",
                     *       "kind": "CLUSTER",
                     *       "tier": "SELF_MANAGED",
                     *       "distribution": "ENTERPRISE",
                     *       "mongoDbVersion": "7.0.12",
                     *       "connector": {
                     *         "type": "introspection"
                     *       },
                     *       "verdictMaxAge": 0,
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["ClusterDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    changeCluster: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                clusterId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "mongoDbVersion": "8.0.4",
                 *       "verdictMaxAge": 10
                 *     }
                 */
                "application/json": components["schemas"]["ClusterChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "payments-eu",
                     *       "kind": "CLUSTER",
                     *       "tier": "SELF_MANAGED",
                     *       "distribution": "ENTERPRISE",
                     *       "mongoDbVersion": "7.0.12",
                     *       "connector": {
                     *         "type": "introspection"
                     *       },
                     *       "verdictMaxAge": 0,
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Cluster"] | components["schemas"]["ClusterDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.name-taken.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    introspect: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                clusterId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
                 *     }
                 */
                "application/x-www-form-urlencoded": {
                    token: string;
                    /** @description Not looked at. */
                    token_type_hint?: string;
                };
            };
        };
        responses: {
            /** @description The verdict */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "active": true,
                     *       "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
                     *       "username": "acme-entra/alice@acme.com",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "names": [
                     *           "db-oncall"
                     *         ]
                     *       },
                     *       "client_id": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "iss": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/v2.0",
                     *       "aud": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "iat": 1795521600,
                     *       "exp": 1795525200,
                     *       "expiresAt": "2026-11-24T13:00:00.000Z",
                     *       "roles": [
                     *         {
                     *           "role": "readWriteAnyDatabase",
                     *           "database": "admin"
                     *         }
                     *       ],
                     *       "privileges": [
                     *         {
                     *           "role": "read",
                     *           "database": "sales",
                     *           "collection": "orders"
                     *         }
                     *       ],
                     *       "grants": [
                     *         "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.no-role-binding.forbidden"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getDomain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "displayName": "Acme",
                     *       "domainName": "acme.com",
                     *       "unicodeName": null,
                     *       "method": "DNS_RECORD",
                     *       "status": "PENDING",
                     *       "proof": {
                     *         "recordType": "TXT",
                     *         "recordName": "acme.com",
                     *         "recordValue": "sallyport-site-verification=4Qd0Wn5yP1sKfV7xZc2Tb8",
                     *         "alternativeRecordName": "_sallyport-challenge.acme.com"
                     *       },
                     *       "nextCheckAt": "2026-11-24T12:01:00.000Z",
                     *       "verifiedAt": null,
                     *       "expiresAt": "2026-12-24T12:00:00.000Z",
                     *       "failingSince": null,
                     *       "lastAttempt": null,
                     *       "findings": [],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Domain"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteDomain: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "displayName": "Acme",
                     *       "domainName": "acme.com",
                     *       "unicodeName": null,
                     *       "method": "DNS_RECORD",
                     *       "status": "PENDING",
                     *       "proof": {
                     *         "recordType": "TXT",
                     *         "recordName": "acme.com",
                     *         "recordValue": "sallyport-site-verification=4Qd0Wn5yP1sKfV7xZc2Tb8",
                     *         "alternativeRecordName": "_sallyport-challenge.acme.com"
                     *       },
                     *       "nextCheckAt": "2026-11-24T12:01:00.000Z",
                     *       "verifiedAt": null,
                     *       "expiresAt": "2026-12-24T12:00:00.000Z",
                     *       "failingSince": null,
                     *       "lastAttempt": null,
                     *       "findings": [],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["DomainDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.still-in-use.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    changeDomain: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                domainId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "displayName": "Acme Corporation"
                 *     }
                 */
                "application/json": components["schemas"]["DomainChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "displayName": "Acme",
                     *       "domainName": "acme.com",
                     *       "unicodeName": null,
                     *       "method": "DNS_RECORD",
                     *       "status": "PENDING",
                     *       "proof": {
                     *         "recordType": "TXT",
                     *         "recordName": "acme.com",
                     *         "recordValue": "sallyport-site-verification=4Qd0Wn5yP1sKfV7xZc2Tb8",
                     *         "alternativeRecordName": "_sallyport-challenge.acme.com"
                     *       },
                     *       "nextCheckAt": "2026-11-24T12:01:00.000Z",
                     *       "verifiedAt": null,
                     *       "expiresAt": "2026-12-24T12:00:00.000Z",
                     *       "failingSince": null,
                     *       "lastAttempt": null,
                     *       "findings": [],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Domain"] | components["schemas"]["DomainDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listVerifications: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "att_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "at": "2026-11-24T12:01:00.000Z",
                     *           "outcome": "PROVED",
                     *           "finding": {
                     *             "severity": "INFO",
                     *             "code": "proved",
                     *             "message": "The proof was found at acme.com.",
                     *             "fix": "Leave it there: it is looked at again every day."
                     *           },
                     *           "exchanges": [
                     *             {
                     *               "asked": "TXT acme.com",
                     *               "from": "1.1.1.1",
                     *               "got": "\"sallyport-site-verification=4Qd0Wn5yP1sKfV7xZc2Tb8\"",
                     *               "keptUntil": "2026-11-24T12:06:00.000Z"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["VerificationAttemptList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    verifyDomain: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                domainId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "displayName": "Acme",
                     *       "domainName": "acme.com",
                     *       "unicodeName": null,
                     *       "method": "DNS_RECORD",
                     *       "status": "PENDING",
                     *       "proof": {
                     *         "recordType": "TXT",
                     *         "recordName": "acme.com",
                     *         "recordValue": "sallyport-site-verification=4Qd0Wn5yP1sKfV7xZc2Tb8",
                     *         "alternativeRecordName": "_sallyport-challenge.acme.com"
                     *       },
                     *       "nextCheckAt": "2026-11-24T12:01:00.000Z",
                     *       "verifiedAt": null,
                     *       "expiresAt": "2026-12-24T12:00:00.000Z",
                     *       "failingSince": null,
                     *       "lastAttempt": null,
                     *       "findings": [],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Domain"] | components["schemas"]["DomainDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.domain-expired.idempotency-key-in-progress.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listFederations: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "Acme"
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["FederationList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createFederation: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Acme"
                 *     }
                 */
                "application/json": components["schemas"]["NewTenant"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Acme"
                     *     }
                     */
                    "application/json": components["schemas"]["Federation"] | components["schemas"]["FederationDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            409: components["responses"]["409.idempotency-key-in-progress.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getFederation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Acme"
                     *     }
                     */
                    "application/json": components["schemas"]["Federation"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteFederation: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "name": "Acme"
                     *     }
                     */
                    "application/json": components["schemas"]["FederationDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.still-in-use.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    changeFederation: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Acme Corporation"
                 *     }
                 */
                "application/json": components["schemas"]["TenantChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Acme"
                     *     }
                     */
                    "application/json": components["schemas"]["Federation"] | components["schemas"]["FederationDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "ServiceNow",
                     *           "role": "REQUESTER",
                     *           "scope": {
                     *             "type": "PROJECT",
                     *             "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           },
                     *           "kind": "API_KEY",
                     *           "expiresAt": null,
                     *           "requestsPerMinute": null,
                     *           "lastUsedAt": null,
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createApiKey: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "ServiceNow",
                 *       "role": "REQUESTER",
                 *       "scope": {
                 *         "type": "PROJECT",
                 *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                 *       },
                 *       "kind": "CLIENT_CREDENTIALS",
                 *       "expiresAt": "2027-11-25T00:00:00.000Z"
                 *     }
                 */
                "application/json": {
                    expiresAt?: string | null;
                    /**
                     * @default API_KEY
                     * @enum {string}
                     */
                    kind?: "API_KEY" | "CLIENT_CREDENTIALS";
                    name: string;
                    requestsPerMinute?: number | null;
                    /** @enum {string} */
                    role: "OWNER" | "ACCESS_ADMINISTRATOR" | "REQUESTER" | "INCIDENT_RESPONDER" | "AUDITOR" | "DATA_PLANE";
                    scope: {
                        /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                        id: string;
                        /** @constant */
                        type: "FEDERATION";
                    } | {
                        /** @example org_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                        id: string;
                        /** @constant */
                        type: "ORGANIZATION";
                    } | {
                        /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                        id: string;
                        /** @constant */
                        type: "PROJECT";
                    } | {
                        /** @example cls_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                        id: string;
                        /** @constant */
                        type: "CLUSTER";
                    };
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "ServiceNow",
                     *       "role": "REQUESTER",
                     *       "scope": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "kind": "API_KEY",
                     *       "expiresAt": null,
                     *       "requestsPerMinute": null,
                     *       "lastUsedAt": null,
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "key": "spk_01JDG3ZV8WQK2M5N7P9R1T3V5X_7mQ2x…"
                     *     }
                     */
                    "application/json": components["schemas"]["NewApiKeyAnswer"] | components["schemas"]["NewApiKeyAnswerDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                /** @description Only this action. */
                action?: string;
                /** @description Only of this actor: `key_…`, `cis_…`, `hok_…`, `idp_…`, `bootstrap`, or a worker’s name. */
                actor?: string;
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description `jsonl`: one event a line. `csv`: RFC 4180, safe to open in a spreadsheet. `ocsf`: one OCSF 1.3 API Activity (class 6003) a line. */
                format?: "json" | "jsonl" | "csv" | "ocsf";
                /** @description Not before this instant. */
                from?: string;
                /** @description 1 to 100, and 25 when left out; of an export up to 1000. */
                limit?: string;
                /** @description Only of this resource, by its ID. */
                resource?: string;
                /** @description Only of resources of this type. */
                resourceType?: string;
                /** @description Before this instant. */
                to?: string;
            };
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Of an export: its next page (RFC 8288, `rel="next"`); absent on the last one. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "evt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "at": "2026-11-24T12:00:00.000Z",
                     *           "actor": {
                     *             "type": "CALLER",
                     *             "id": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           },
                     *           "action": "project.change",
                     *           "resource": {
                     *             "type": "project",
                     *             "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           },
                     *           "before": {
                     *             "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *             "name": "Payments"
                     *           },
                     *           "after": {
                     *             "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *             "name": "Payments EU"
                     *           },
                     *           "source": "203.0.113.7",
                     *           "correlationId": "JKJaXmPLvHcESHA="
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["AuditEventList"];
                    "application/jsonl": string;
                    "text/csv": string;
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listCallerIssuers: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "cis_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "name": "Infrastructure pipeline",
                     *           "issuerUri": "https://token.actions.githubusercontent.com",
                     *           "audience": "https://sallyport.acme.com",
                     *           "subjects": [
                     *             "repo:acme/infra:environment:*"
                     *           ],
                     *           "requiredClaims": {
                     *             "repository_id": "74"
                     *           },
                     *           "role": "REQUESTER",
                     *           "scope": {
                     *             "type": "PROJECT",
                     *             "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           },
                     *           "longestLifetime": "PT1H",
                     *           "requestsPerMinute": null,
                     *           "jwksUri": "https://token.actions.githubusercontent.com/.well-known/jwks",
                     *           "findings": [],
                     *           "lastUsedAt": null
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["CallerIssuerList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createCallerIssuer: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "GitHub Actions",
                 *       "issuerUri": "https://token.actions.githubusercontent.com",
                 *       "audience": "https://sallyport.acme.com",
                 *       "subjects": [
                 *         "repo:acme/infra:environment:*"
                 *       ],
                 *       "requiredClaims": {
                 *         "repository_id": "74"
                 *       },
                 *       "role": "REQUESTER",
                 *       "scope": {
                 *         "type": "PROJECT",
                 *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                 *       },
                 *       "longestLifetime": "PT1H"
                 *     }
                 */
                "application/json": components["schemas"]["NewCallerIssuer"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cis_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "Infrastructure pipeline",
                     *       "issuerUri": "https://token.actions.githubusercontent.com",
                     *       "audience": "https://sallyport.acme.com",
                     *       "subjects": [
                     *         "repo:acme/infra:environment:*"
                     *       ],
                     *       "requiredClaims": {
                     *         "repository_id": "74"
                     *       },
                     *       "role": "REQUESTER",
                     *       "scope": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "longestLifetime": "PT1H",
                     *       "requestsPerMinute": null,
                     *       "jwksUri": "https://token.actions.githubusercontent.com/.well-known/jwks",
                     *       "findings": [],
                     *       "lastUsedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["CallerIssuer"] | components["schemas"]["CallerIssuerDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.name-taken.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.identity-provider-unfit.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listDomains: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "displayName": "Acme",
                     *           "domainName": "acme.com",
                     *           "unicodeName": null,
                     *           "method": "DNS_RECORD",
                     *           "status": "PENDING",
                     *           "proof": {
                     *             "recordType": "TXT",
                     *             "recordName": "acme.com",
                     *             "recordValue": "sallyport-site-verification=4Qd0Wn5yP1sKfV7xZc2Tb8",
                     *             "alternativeRecordName": "_sallyport-challenge.acme.com"
                     *           },
                     *           "nextCheckAt": "2026-11-24T12:01:00.000Z",
                     *           "verifiedAt": null,
                     *           "expiresAt": "2026-12-24T12:00:00.000Z",
                     *           "failingSince": null,
                     *           "lastAttempt": null,
                     *           "findings": [],
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["DomainList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createDomain: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "displayName": "Acme",
                 *       "domainName": "acme.com",
                 *       "method": "DNS_RECORD"
                 *     }
                 */
                "application/json": components["schemas"]["NewDomain"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "displayName": "Acme",
                     *       "domainName": "acme.com",
                     *       "unicodeName": null,
                     *       "method": "DNS_RECORD",
                     *       "status": "PENDING",
                     *       "proof": {
                     *         "recordType": "TXT",
                     *         "recordName": "acme.com",
                     *         "recordValue": "sallyport-site-verification=4Qd0Wn5yP1sKfV7xZc2Tb8",
                     *         "alternativeRecordName": "_sallyport-challenge.acme.com"
                     *       },
                     *       "nextCheckAt": "2026-11-24T12:01:00.000Z",
                     *       "verifiedAt": null,
                     *       "expiresAt": "2026-12-24T12:00:00.000Z",
                     *       "failingSince": null,
                     *       "lastAttempt": null,
                     *       "findings": [],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Domain"] | components["schemas"]["DomainDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.name-taken.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listFreezes: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "frz_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "target": {
                     *             "type": "PROJECT",
                     *             "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           },
                     *           "reason": "Suspicious reads in Payments",
                     *           "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["FreezeList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createFreeze: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "target": {
                 *         "type": "PROJECT",
                 *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                 *       },
                 *       "reason": "Suspicious reads in Payments"
                 *     }
                 */
                "application/json": components["schemas"]["NewFreeze"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "frz_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "target": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "reason": "Suspicious reads in Payments",
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Freeze"] | components["schemas"]["FreezeDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listHooks: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "name": "PagerDuty",
                     *           "format": "pagerduty-v3",
                     *           "action": "REVOKE_JWKS",
                     *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "mapping": {
                     *             "incident.key": "/event/data/id",
                     *             "reason": "/event/data/title"
                     *           },
                     *           "constants": {
                     *             "incident.system": "pagerduty"
                     *           },
                     *           "guards": {
                     *             "equals": {
                     *               "/event/event_type": "incident.triggered"
                     *             },
                     *             "maxAge": "PT5M",
                     *             "maxActionsPerHour": 4
                     *           },
                     *           "url": "https://sallyport.acme.com/v1/hooks/hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "olderSecretEndsAt": null,
                     *           "lastUsedAt": null
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["HookList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createHook: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "PagerDuty",
                 *       "format": "pagerduty-v3",
                 *       "action": "REVOKE_JWKS",
                 *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                 *       "mapping": {
                 *         "incident.key": "/event/data/id",
                 *         "reason": "/event/data/title"
                 *       },
                 *       "constants": {
                 *         "incident.system": "pagerduty"
                 *       },
                 *       "guards": {
                 *         "equals": {
                 *           "/event/event_type": "incident.triggered"
                 *         },
                 *         "maxAge": "PT5M",
                 *         "maxActionsPerHour": 4
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewHook"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "PagerDuty",
                     *       "format": "pagerduty-v3",
                     *       "action": "REVOKE_JWKS",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "mapping": {
                     *         "incident.key": "/event/data/id",
                     *         "reason": "/event/data/title"
                     *       },
                     *       "constants": {
                     *         "incident.system": "pagerduty"
                     *       },
                     *       "guards": {
                     *         "equals": {
                     *           "/event/event_type": "incident.triggered"
                     *         },
                     *         "maxAge": "PT5M",
                     *         "maxActionsPerHour": 4
                     *       },
                     *       "url": "https://sallyport.acme.com/v1/hooks/hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "olderSecretEndsAt": null,
                     *       "lastUsedAt": null,
                     *       "secret": "k3Jd9s0Qz7mV1xR5bT8nY2wL6pC4gH0fA9eU3iO7tS1qD5v"
                     *     }
                     */
                    "application/json": components["schemas"]["NewHookAnswer"] | components["schemas"]["NewHookAnswerDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.name-taken.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listIdentityProviders: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "shortName": "acme-entra",
                     *           "name": "Acme Entra",
                     *           "description": "Staff",
                     *           "purpose": "WORKFORCE",
                     *           "issuerUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/v2.0",
                     *           "clientId": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *           "audience": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *           "authorizationType": "GROUP",
                     *           "requestedScopes": [
                     *             "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77/.default",
                     *             "offline_access"
                     *           ],
                     *           "userClaim": "sub",
                     *           "groupsClaim": "groups",
                     *           "allowedAlgorithms": [
                     *             "RS256",
                     *             "ES256"
                     *           ],
                     *           "domainIds": [
                     *             "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           ],
                     *           "jwksUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/discovery/v2.0/keys",
                     *           "checkedAt": "2026-11-24T12:00:00.000Z",
                     *           "nextCheckAt": "2026-11-25T12:00:00.000Z",
                     *           "findings": [
                     *             {
                     *               "severity": "INFO",
                     *               "code": "pkce-not-announced",
                     *               "message": "The discovery document announces no PKCE method.",
                     *               "fix": "Nothing: Entra takes S256 without announcing it."
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProviderList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createIdentityProvider: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Acme Entra",
                 *       "description": "Staff",
                 *       "purpose": "WORKFORCE",
                 *       "issuerUri": "https://login.microsoftonline.com/2d1c7f0e-7d3f-4c1b-9a54-8a3a1c0b6f11/v2.0",
                 *       "clientId": "0f0c2f6e-3c57-4e0c-9b3e-6d7d5a8f2b10",
                 *       "audience": "0f0c2f6e-3c57-4e0c-9b3e-6d7d5a8f2b10",
                 *       "authorizationType": "GROUP",
                 *       "requestedScopes": [
                 *         "0f0c2f6e-3c57-4e0c-9b3e-6d7d5a8f2b10/.default",
                 *         "offline_access"
                 *       ],
                 *       "userClaim": "sub",
                 *       "groupsClaim": "groups",
                 *       "allowedAlgorithms": [
                 *         "RS256"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewIdentityProvider"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "shortName": "acme-entra",
                     *       "name": "Acme Entra",
                     *       "description": "Staff",
                     *       "purpose": "WORKFORCE",
                     *       "issuerUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/v2.0",
                     *       "clientId": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "audience": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "authorizationType": "GROUP",
                     *       "requestedScopes": [
                     *         "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77/.default",
                     *         "offline_access"
                     *       ],
                     *       "userClaim": "sub",
                     *       "groupsClaim": "groups",
                     *       "allowedAlgorithms": [
                     *         "RS256",
                     *         "ES256"
                     *       ],
                     *       "domainIds": [
                     *         "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       ],
                     *       "jwksUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/discovery/v2.0/keys",
                     *       "checkedAt": "2026-11-24T12:00:00.000Z",
                     *       "nextCheckAt": "2026-11-25T12:00:00.000Z",
                     *       "findings": [
                     *         {
                     *           "severity": "INFO",
                     *           "code": "pkce-not-announced",
                     *           "message": "The discovery document announces no PKCE method.",
                     *           "fix": "Nothing: Entra takes S256 without announcing it."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProvider"] | components["schemas"]["IdentityProviderDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.identity-provider-taken.name-taken.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.identity-provider-unfit.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listOrganizations: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "Acme databases",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["OrganizationList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createOrganization: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Acme databases"
                 *     }
                 */
                "application/json": components["schemas"]["NewTenant"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Acme databases",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Organization"] | components["schemas"]["OrganizationDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.name-taken.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listRoleBindings: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "rbd_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "principal": {
                     *             "type": "GROUP",
                     *             "name": "db-admins"
                     *           },
                     *           "role": "ACCESS_ADMINISTRATOR",
                     *           "scope": {
                     *             "type": "PROJECT",
                     *             "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           },
                     *           "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["RoleBindingList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createRoleBinding: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                 *       "principal": {
                 *         "type": "GROUP",
                 *         "name": "dba"
                 *       },
                 *       "role": "ACCESS_ADMINISTRATOR",
                 *       "scope": {
                 *         "type": "FEDERATION",
                 *         "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewRoleBinding"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rbd_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "db-admins"
                     *       },
                     *       "role": "ACCESS_ADMINISTRATOR",
                     *       "scope": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["RoleBinding"] | components["schemas"]["RoleBindingDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.role-bound-already.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "whk_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "Ticket system",
                     *           "url": "https://hooks.acme.com/sallyport",
                     *           "events": [
                     *             "grant.created",
                     *             "grant.expired",
                     *             "domain.suspended"
                     *           ],
                     *           "status": "ENABLED",
                     *           "disabledAt": null,
                     *           "failingSince": null,
                     *           "olderSecretEndsAt": null,
                     *           "findings": [],
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createWebhook: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                federationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Ticket system",
                 *       "url": "https://hooks.acme.com/sallyport",
                 *       "events": [
                 *         "grant.created",
                 *         "grant.expired",
                 *         "domain.suspended"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whk_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Ticket system",
                     *       "url": "https://hooks.acme.com/sallyport",
                     *       "events": [
                     *         "grant.created",
                     *         "grant.expired",
                     *         "domain.suspended"
                     *       ],
                     *       "status": "ENABLED",
                     *       "disabledAt": null,
                     *       "failingSince": null,
                     *       "olderSecretEndsAt": null,
                     *       "findings": [],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "secret": "whsec_C2FVsBQIhrscChlQIMV0b5sSYspob7oD1Ud6TvE4"
                     *     }
                     */
                    "application/json": components["schemas"]["NewWebhookAnswer"] | components["schemas"]["NewWebhookAnswerDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.too-many-webhooks.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getFreeze: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                freezeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "frz_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "target": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "reason": "Suspicious reads in Payments",
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Freeze"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    liftFreeze: {
        parameters: {
            query: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
                reason: string;
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                freezeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "target": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "reason": "Suspicious reads in Payments",
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["FreezeDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getGrant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "db-oncall"
                     *       },
                     *       "roles": {
                     *         "builtIn": "readWriteAnyDatabase",
                     *         "custom": [],
                     *         "privileges": [
                     *           {
                     *             "role": "read",
                     *             "database": "sales",
                     *             "collection": "orders"
                     *           }
                     *         ]
                     *       },
                     *       "scope": {
                     *         "clusterIds": [
                     *           "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         ]
                     *       },
                     *       "status": "ACTIVE",
                     *       "startsAt": "2026-11-24T12:00:00.000Z",
                     *       "expiresAt": "2026-11-24T18:00:00.000Z",
                     *       "remainingSeconds": 21600,
                     *       "endedAt": null,
                     *       "endReason": null,
                     *       "onEnd": "DROP_AND_END_SESSIONS",
                     *       "ticket": {
                     *         "system": "servicenow",
                     *         "key": "REQ0012345",
                     *         "requester": "alice@acme.com",
                     *         "approver": "bob@acme.com"
                     *       },
                     *       "approval": {
                     *         "approver": "bob@acme.com",
                     *         "assurance": "ASSERTED",
                     *         "by": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "policyRule": "on-call",
                     *       "reviewBy": null,
                     *       "lastUsedAt": "2026-11-24T12:01:07.318Z",
                     *       "useCount": 3,
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "IN_SYNC",
                     *           "since": "2026-11-24T12:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Grant"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    endGrant: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                grantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "db-oncall"
                     *       },
                     *       "roles": {
                     *         "builtIn": "readWriteAnyDatabase",
                     *         "custom": [],
                     *         "privileges": [
                     *           {
                     *             "role": "read",
                     *             "database": "sales",
                     *             "collection": "orders"
                     *           }
                     *         ]
                     *       },
                     *       "scope": {
                     *         "clusterIds": [
                     *           "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         ]
                     *       },
                     *       "status": "ACTIVE",
                     *       "startsAt": "2026-11-24T12:00:00.000Z",
                     *       "expiresAt": "2026-11-24T18:00:00.000Z",
                     *       "remainingSeconds": 21600,
                     *       "endedAt": null,
                     *       "endReason": null,
                     *       "onEnd": "DROP_AND_END_SESSIONS",
                     *       "ticket": {
                     *         "system": "servicenow",
                     *         "key": "REQ0012345",
                     *         "requester": "alice@acme.com",
                     *         "approver": "bob@acme.com"
                     *       },
                     *       "approval": {
                     *         "approver": "bob@acme.com",
                     *         "assurance": "ASSERTED",
                     *         "by": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "policyRule": "on-call",
                     *       "reviewBy": null,
                     *       "lastUsedAt": "2026-11-24T12:01:07.318Z",
                     *       "useCount": 3,
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "IN_SYNC",
                     *           "since": "2026-11-24T12:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["GrantDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    changeGrant: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                grantId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "duration": "PT2H"
                 *     }
                 */
                "application/json": components["schemas"]["GrantChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "db-oncall"
                     *       },
                     *       "roles": {
                     *         "builtIn": "readWriteAnyDatabase",
                     *         "custom": [],
                     *         "privileges": [
                     *           {
                     *             "role": "read",
                     *             "database": "sales",
                     *             "collection": "orders"
                     *           }
                     *         ]
                     *       },
                     *       "scope": {
                     *         "clusterIds": [
                     *           "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         ]
                     *       },
                     *       "status": "ACTIVE",
                     *       "startsAt": "2026-11-24T12:00:00.000Z",
                     *       "expiresAt": "2026-11-24T18:00:00.000Z",
                     *       "remainingSeconds": 21600,
                     *       "endedAt": null,
                     *       "endReason": null,
                     *       "onEnd": "DROP_AND_END_SESSIONS",
                     *       "ticket": {
                     *         "system": "servicenow",
                     *         "key": "REQ0012345",
                     *         "requester": "alice@acme.com",
                     *         "approver": "bob@acme.com"
                     *       },
                     *       "approval": {
                     *         "approver": "bob@acme.com",
                     *         "assurance": "ASSERTED",
                     *         "by": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "policyRule": "on-call",
                     *       "reviewBy": null,
                     *       "lastUsedAt": "2026-11-24T12:01:07.318Z",
                     *       "useCount": 3,
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "IN_SYNC",
                     *           "since": "2026-11-24T12:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Grant"] | components["schemas"]["GrantDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.grant-ended.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body.refused-by-policy"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "PagerDuty",
                     *       "format": "pagerduty-v3",
                     *       "action": "REVOKE_JWKS",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "mapping": {
                     *         "incident.key": "/event/data/id",
                     *         "reason": "/event/data/title"
                     *       },
                     *       "constants": {
                     *         "incident.system": "pagerduty"
                     *       },
                     *       "guards": {
                     *         "equals": {
                     *           "/event/event_type": "incident.triggered"
                     *         },
                     *         "maxAge": "PT5M",
                     *         "maxActionsPerHour": 4
                     *       },
                     *       "url": "https://sallyport.acme.com/v1/hooks/hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "olderSecretEndsAt": null,
                     *       "lastUsedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["Hook"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deliverToHook: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: never;
            path: {
                hookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": {
                 *         "id": "01DFAR1Q8M3ZV2P7JW5X4K6C9T",
                 *         "event_type": "incident.triggered",
                 *         "occurred_at": "2026-11-24T12:00:00.000Z",
                 *         "data": {
                 *           "id": "Q1KDXUJ3T5Z3SI",
                 *           "title": "Signing key of Acme Entra leaked"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": unknown;
            };
        };
        responses: {
            /** @description Taken on or declined; of a dry run: what it would do */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "hdl_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["HookDelivery"] | components["schemas"]["HookTrial"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.invalid-signature.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.too-many-live-grants.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.hook-target-gone.idempotency-key-reused.identity-provider-not-connected.invalid-body.payload-does-not-fit.refused-by-policy"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteHook: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                hookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "PagerDuty",
                     *       "format": "pagerduty-v3",
                     *       "action": "REVOKE_JWKS",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "mapping": {
                     *         "incident.key": "/event/data/id",
                     *         "reason": "/event/data/title"
                     *       },
                     *       "constants": {
                     *         "incident.system": "pagerduty"
                     *       },
                     *       "guards": {
                     *         "equals": {
                     *           "/event/event_type": "incident.triggered"
                     *         },
                     *         "maxAge": "PT5M",
                     *         "maxActionsPerHour": 4
                     *       },
                     *       "url": "https://sallyport.acme.com/v1/hooks/hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "olderSecretEndsAt": null,
                     *       "lastUsedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["HookDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    changeHook: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                hookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "guards": {
                 *         "equals": {
                 *           "/event/event_type": "incident.triggered"
                 *         },
                 *         "maxActionsPerHour": 2
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["HookChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "PagerDuty",
                     *       "format": "pagerduty-v3",
                     *       "action": "REVOKE_JWKS",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "mapping": {
                     *         "incident.key": "/event/data/id",
                     *         "reason": "/event/data/title"
                     *       },
                     *       "constants": {
                     *         "incident.system": "pagerduty"
                     *       },
                     *       "guards": {
                     *         "equals": {
                     *           "/event/event_type": "incident.triggered"
                     *         },
                     *         "maxAge": "PT5M",
                     *         "maxActionsPerHour": 4
                     *       },
                     *       "url": "https://sallyport.acme.com/v1/hooks/hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "olderSecretEndsAt": null,
                     *       "lastUsedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["Hook"] | components["schemas"]["HookDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.name-taken.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    rotateHookSecret: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                hookId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "secret": "one-that-pagerduty-made-for-its-subscription"
                 *     }
                 */
                "application/json": components["schemas"]["HookRotation"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "PagerDuty",
                     *       "format": "pagerduty-v3",
                     *       "action": "REVOKE_JWKS",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "mapping": {
                     *         "incident.key": "/event/data/id",
                     *         "reason": "/event/data/title"
                     *       },
                     *       "constants": {
                     *         "incident.system": "pagerduty"
                     *       },
                     *       "guards": {
                     *         "equals": {
                     *           "/event/event_type": "incident.triggered"
                     *         },
                     *         "maxAge": "PT5M",
                     *         "maxActionsPerHour": 4
                     *       },
                     *       "url": "https://sallyport.acme.com/v1/hooks/hok_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "olderSecretEndsAt": null,
                     *       "lastUsedAt": null,
                     *       "secret": "k3Jd9s0Qz7mV1xR5bT8nY2wL6pC4gH0fA9eU3iO7tS1qD5v"
                     *     }
                     */
                    "application/json": components["schemas"]["NewHookAnswer"] | components["schemas"]["NewHookAnswerDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getIdentityProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                identityProviderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "shortName": "acme-entra",
                     *       "name": "Acme Entra",
                     *       "description": "Staff",
                     *       "purpose": "WORKFORCE",
                     *       "issuerUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/v2.0",
                     *       "clientId": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "audience": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "authorizationType": "GROUP",
                     *       "requestedScopes": [
                     *         "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77/.default",
                     *         "offline_access"
                     *       ],
                     *       "userClaim": "sub",
                     *       "groupsClaim": "groups",
                     *       "allowedAlgorithms": [
                     *         "RS256",
                     *         "ES256"
                     *       ],
                     *       "domainIds": [
                     *         "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       ],
                     *       "jwksUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/discovery/v2.0/keys",
                     *       "checkedAt": "2026-11-24T12:00:00.000Z",
                     *       "nextCheckAt": "2026-11-25T12:00:00.000Z",
                     *       "findings": [
                     *         {
                     *           "severity": "INFO",
                     *           "code": "pkce-not-announced",
                     *           "message": "The discovery document announces no PKCE method.",
                     *           "fix": "Nothing: Entra takes S256 without announcing it."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProvider"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteIdentityProvider: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                identityProviderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "shortName": "acme-entra",
                     *       "name": "Acme Entra",
                     *       "description": "Staff",
                     *       "purpose": "WORKFORCE",
                     *       "issuerUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/v2.0",
                     *       "clientId": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "audience": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "authorizationType": "GROUP",
                     *       "requestedScopes": [
                     *         "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77/.default",
                     *         "offline_access"
                     *       ],
                     *       "userClaim": "sub",
                     *       "groupsClaim": "groups",
                     *       "allowedAlgorithms": [
                     *         "RS256",
                     *         "ES256"
                     *       ],
                     *       "domainIds": [
                     *         "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       ],
                     *       "jwksUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/discovery/v2.0/keys",
                     *       "checkedAt": "2026-11-24T12:00:00.000Z",
                     *       "nextCheckAt": "2026-11-25T12:00:00.000Z",
                     *       "findings": [
                     *         {
                     *           "severity": "INFO",
                     *           "code": "pkce-not-announced",
                     *           "message": "The discovery document announces no PKCE method.",
                     *           "fix": "Nothing: Entra takes S256 without announcing it."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProviderDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.identity-provider-connected.still-in-use.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    changeIdentityProvider: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                identityProviderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "Staff and contractors"
                 *     }
                 */
                "application/json": components["schemas"]["IdentityProviderChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "shortName": "acme-entra",
                     *       "name": "Acme Entra",
                     *       "description": "Staff",
                     *       "purpose": "WORKFORCE",
                     *       "issuerUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/v2.0",
                     *       "clientId": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "audience": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "authorizationType": "GROUP",
                     *       "requestedScopes": [
                     *         "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77/.default",
                     *         "offline_access"
                     *       ],
                     *       "userClaim": "sub",
                     *       "groupsClaim": "groups",
                     *       "allowedAlgorithms": [
                     *         "RS256",
                     *         "ES256"
                     *       ],
                     *       "domainIds": [
                     *         "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       ],
                     *       "jwksUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/discovery/v2.0/keys",
                     *       "checkedAt": "2026-11-24T12:00:00.000Z",
                     *       "nextCheckAt": "2026-11-25T12:00:00.000Z",
                     *       "findings": [
                     *         {
                     *           "severity": "INFO",
                     *           "code": "pkce-not-announced",
                     *           "message": "The discovery document announces no PKCE method.",
                     *           "fix": "Nothing: Entra takes S256 without announcing it."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProvider"] | components["schemas"]["IdentityProviderDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.identity-provider-taken.name-taken.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.identity-provider-unfit.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    checkIdentityProvider: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                identityProviderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "shortName": "acme-entra",
                     *       "name": "Acme Entra",
                     *       "description": "Staff",
                     *       "purpose": "WORKFORCE",
                     *       "issuerUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/v2.0",
                     *       "clientId": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "audience": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "authorizationType": "GROUP",
                     *       "requestedScopes": [
                     *         "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77/.default",
                     *         "offline_access"
                     *       ],
                     *       "userClaim": "sub",
                     *       "groupsClaim": "groups",
                     *       "allowedAlgorithms": [
                     *         "RS256",
                     *         "ES256"
                     *       ],
                     *       "domainIds": [
                     *         "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       ],
                     *       "jwksUri": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/discovery/v2.0/keys",
                     *       "checkedAt": "2026-11-24T12:00:00.000Z",
                     *       "nextCheckAt": "2026-11-25T12:00:00.000Z",
                     *       "findings": [
                     *         {
                     *           "severity": "INFO",
                     *           "code": "pkce-not-announced",
                     *           "message": "The discovery document announces no PKCE method.",
                     *           "fix": "Nothing: Entra takes S256 without announcing it."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProvider"] | components["schemas"]["IdentityProviderDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listAssociatedDomains: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                identityProviderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "domainName": "acme.com",
                     *           "status": "VERIFIED"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AssociatedDomainList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    associateDomains: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                identityProviderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "domainIds": [
                 *         "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["AssociatedDomains"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "domainName": "acme.com",
                     *           "status": "VERIFIED"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AssociatedDomainList"] | components["schemas"]["AssociatedDomainListDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listRevocations: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                identityProviderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "rev_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "reason": "signing key leaked",
                     *           "incident": {
                     *             "system": "pagerduty",
                     *             "key": "Q1KDXUJ3T5Z3SI"
                     *           },
                     *           "status": "PROPAGATING",
                     *           "effectiveAt": "2026-11-24T12:00:00.000Z",
                     *           "finishedAt": null,
                     *           "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "clusters": [
                     *             {
                     *               "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *               "state": "ACKNOWLEDGED",
                     *               "at": "2026-11-24T12:00:00.412Z",
                     *               "lagMs": 412,
                     *               "nodes": [],
                     *               "detail": "It asks for a verdict at every use, and no verdict uses an older key."
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["RevocationList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    revokeKeys: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                identityProviderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "signing key leaked",
                 *       "incident": {
                 *         "system": "pagerduty",
                 *         "key": "Q1ABCDEF"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewRevocation"];
            };
        };
        responses: {
            /** @description Taken on: it goes on in the background */
            202: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rev_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "reason": "signing key leaked",
                     *       "incident": {
                     *         "system": "pagerduty",
                     *         "key": "Q1KDXUJ3T5Z3SI"
                     *       },
                     *       "status": "PROPAGATING",
                     *       "effectiveAt": "2026-11-24T12:00:00.000Z",
                     *       "finishedAt": null,
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "ACKNOWLEDGED",
                     *           "at": "2026-11-24T12:00:00.412Z",
                     *           "lagMs": 412,
                     *           "nodes": [],
                     *           "detail": "It asks for a verdict at every use, and no verdict uses an older key."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Revocation"] | components["schemas"]["RevocationDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Acme databases",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Organization"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteOrganization: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "name": "Acme databases",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["OrganizationDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.still-in-use.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    changeOrganization: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Acme data platform"
                 *     }
                 */
                "application/json": components["schemas"]["TenantChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Acme databases",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Organization"] | components["schemas"]["OrganizationDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.name-taken.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listConnections: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "status": "CONNECTED",
                     *           "connectedAt": "2026-11-24T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["ConnectionList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    connect: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                 *     }
                 */
                "application/json": components["schemas"]["NewConnection"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "status": "CONNECTED",
                     *       "connectedAt": "2026-11-24T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Connection"] | components["schemas"]["ConnectionDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.already-connected.idempotency-key-in-progress.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                identityProviderId: string;
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "status": "CONNECTED",
                     *       "connectedAt": "2026-11-24T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Connection"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    disconnect: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                identityProviderId: string;
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken on: it goes on in the background */
            202: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "status": "CONNECTED",
                     *       "connectedAt": "2026-11-24T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Connection"] | components["schemas"]["ConnectionDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listProjects: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "Payments",
                     *           "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["ProjectList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createProject: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Payments"
                 *     }
                 */
                "application/json": components["schemas"]["NewTenant"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Payments",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Project"] | components["schemas"]["ProjectDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.name-taken.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Payments",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteProject: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "name": "Payments",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["ProjectDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.still-in-use.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    changeProject: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Payments EU"
                 *     }
                 */
                "application/json": components["schemas"]["TenantChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Payments",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Project"] | components["schemas"]["ProjectDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.name-taken.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getAccessPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "rules": [
                     *         {
                     *           "name": "on-call",
                     *           "principals": [
                     *             "db-oncall"
                     *           ],
                     *           "longestDuration": "P1D",
                     *           "temporaryOnly": true,
                     *           "ticketRequired": true,
                     *           "requesterAndApproverDiffer": true,
                     *           "approverVerified": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AccessPolicy"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    replaceAccessPolicy: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "rules": [
                 *         {
                 *           "name": "on-call",
                 *           "principals": [
                 *             "db-oncall"
                 *           ],
                 *           "builtInRoles": [
                 *             "readWriteAnyDatabase"
                 *           ],
                 *           "clusterIds": [
                 *             "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                 *           ],
                 *           "longestDuration": "P1D",
                 *           "longestTotal": "P7D",
                 *           "temporaryOnly": true,
                 *           "ticketRequired": true,
                 *           "requesterAndApproverDiffer": true,
                 *           "approverVerified": false
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["AccessPolicyReplacement"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "rules": [
                     *         {
                     *           "name": "on-call",
                     *           "principals": [
                     *             "db-oncall"
                     *           ],
                     *           "longestDuration": "P1D",
                     *           "temporaryOnly": true,
                     *           "ticketRequired": true,
                     *           "requesterAndApproverDiffer": true,
                     *           "approverVerified": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AccessPolicy"] | components["schemas"]["AccessPolicyDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listClusters: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "payments-eu",
                     *           "kind": "CLUSTER",
                     *           "tier": "SELF_MANAGED",
                     *           "distribution": "ENTERPRISE",
                     *           "mongoDbVersion": "7.0.12",
                     *           "connector": {
                     *             "type": "introspection"
                     *           },
                     *           "verdictMaxAge": 0,
                     *           "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["ClusterList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createCluster: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "payments-eu",
                 *       "kind": "CLUSTER",
                 *       "tier": "SELF_MANAGED",
                 *       "distribution": "ENTERPRISE",
                 *       "mongoDbVersion": "7.0.12",
                 *       "connector": {
                 *         "type": "introspection"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewCluster"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "payments-eu",
                     *       "kind": "CLUSTER",
                     *       "tier": "SELF_MANAGED",
                     *       "distribution": "ENTERPRISE",
                     *       "mongoDbVersion": "7.0.12",
                     *       "connector": {
                     *         "type": "introspection"
                     *       },
                     *       "verdictMaxAge": 0,
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Cluster"] | components["schemas"]["ClusterDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.name-taken.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listCustomRoles: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "auditor",
                     *           "name": "auditor",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "actions": [
                     *             {
                     *               "action": "FIND",
                     *               "resources": [
                     *                 {
                     *                   "database": "sales",
                     *                   "collection": "orders"
                     *                 }
                     *               ]
                     *             }
                     *           ],
                     *           "inheritedRoles": [
                     *             {
                     *               "role": "read",
                     *               "database": "sales"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["CustomRoleList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createCustomRole: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "auditor",
                 *       "actions": [
                 *         {
                 *           "action": "FIND",
                 *           "resources": [
                 *             {
                 *               "database": "sales",
                 *               "collection": "orders"
                 *             }
                 *           ]
                 *         }
                 *       ],
                 *       "inheritedRoles": [
                 *         {
                 *           "role": "read",
                 *           "database": "sales"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewCustomRole"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "auditor",
                     *       "name": "auditor",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "actions": [
                     *         {
                     *           "action": "FIND",
                     *           "resources": [
                     *             {
                     *               "database": "sales",
                     *               "collection": "orders"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "inheritedRoles": [
                     *         {
                     *           "role": "read",
                     *           "database": "sales"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CustomRole"] | components["schemas"]["CustomRoleDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.name-taken.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getCustomRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                projectId: string;
                roleName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "auditor",
                     *       "name": "auditor",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "actions": [
                     *         {
                     *           "action": "FIND",
                     *           "resources": [
                     *             {
                     *               "database": "sales",
                     *               "collection": "orders"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "inheritedRoles": [
                     *         {
                     *           "role": "read",
                     *           "database": "sales"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CustomRole"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    replaceCustomRole: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                projectId: string;
                roleName: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "actions": [
                 *         {
                 *           "action": "FIND",
                 *           "resources": [
                 *             {
                 *               "database": "sales",
                 *               "collection": ""
                 *             }
                 *           ]
                 *         }
                 *       ],
                 *       "inheritedRoles": []
                 *     }
                 */
                "application/json": components["schemas"]["CustomRoleReplacement"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "auditor",
                     *       "name": "auditor",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "actions": [
                     *         {
                     *           "action": "FIND",
                     *           "resources": [
                     *             {
                     *               "database": "sales",
                     *               "collection": "orders"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "inheritedRoles": [
                     *         {
                     *           "role": "read",
                     *           "database": "sales"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CustomRole"] | components["schemas"]["CustomRoleDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteCustomRole: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                projectId: string;
                roleName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "name": "auditor",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "actions": [
                     *         {
                     *           "action": "FIND",
                     *           "resources": [
                     *             {
                     *               "database": "sales",
                     *               "collection": "orders"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "inheritedRoles": [
                     *         {
                     *           "role": "read",
                     *           "database": "sales"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CustomRoleDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.still-in-use.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listGrants: {
        parameters: {
            query?: {
                /** @description Grants that reach the cluster, also those for all clusters. */
                clusterId?: string;
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                identityProviderId?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description true: without an end. */
                permanent?: "true" | "false";
                /** @description The name of the user or group. */
                principal?: string;
                /** @description Grants that have not ended and whose `reviewBy` lies before this instant: of now, those whose review is overdue. */
                reviewBefore?: string;
                /** @description ENDING: verdicts say no, some cluster still has it. ENDED: gone everywhere. */
                status?: "SCHEDULED" | "ACTIVE" | "ENDING" | "ENDED";
                ticketKey?: string;
                /** @description With `ticketKey` found at once, however many grants there are. */
                ticketSystem?: string;
                /** @description Grants that hold now, began before this instant, and were not used at or after it. A use of the last 15 s may not be seen. */
                unusedSince?: string;
            };
            header?: never;
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "principal": {
                     *             "type": "GROUP",
                     *             "name": "db-oncall"
                     *           },
                     *           "roles": {
                     *             "builtIn": "readWriteAnyDatabase",
                     *             "custom": [],
                     *             "privileges": [
                     *               {
                     *                 "role": "read",
                     *                 "database": "sales",
                     *                 "collection": "orders"
                     *               }
                     *             ]
                     *           },
                     *           "scope": {
                     *             "clusterIds": [
                     *               "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *             ]
                     *           },
                     *           "status": "ACTIVE",
                     *           "startsAt": "2026-11-24T12:00:00.000Z",
                     *           "expiresAt": "2026-11-24T18:00:00.000Z",
                     *           "remainingSeconds": 21600,
                     *           "endedAt": null,
                     *           "endReason": null,
                     *           "onEnd": "DROP_AND_END_SESSIONS",
                     *           "ticket": {
                     *             "system": "servicenow",
                     *             "key": "REQ0012345",
                     *             "requester": "alice@acme.com",
                     *             "approver": "bob@acme.com"
                     *           },
                     *           "approval": {
                     *             "approver": "bob@acme.com",
                     *             "assurance": "ASSERTED",
                     *             "by": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           },
                     *           "policyRule": "on-call",
                     *           "reviewBy": null,
                     *           "lastUsedAt": "2026-11-24T12:01:07.318Z",
                     *           "useCount": 3,
                     *           "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "clusters": [
                     *             {
                     *               "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *               "state": "IN_SYNC",
                     *               "since": "2026-11-24T12:00:00.000Z"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["GrantList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createGrant: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "principal": {
                 *         "type": "GROUP",
                 *         "name": "db-oncall"
                 *       },
                 *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                 *       "roles": {
                 *         "builtIn": "readWriteAnyDatabase",
                 *         "privileges": [
                 *           {
                 *             "role": "read",
                 *             "database": "sales",
                 *             "collection": "orders"
                 *           }
                 *         ]
                 *       },
                 *       "scope": {
                 *         "clusterIds": [
                 *           "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                 *         ]
                 *       },
                 *       "duration": "PT6H",
                 *       "ticket": {
                 *         "system": "servicenow",
                 *         "key": "REQ0012345",
                 *         "url": "https://acme.service-now.com/REQ0012345",
                 *         "requester": "alice@acme.com",
                 *         "approver": "bob@acme.com",
                 *         "reason": "Failed payments of 25 November"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewGrant"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "db-oncall"
                     *       },
                     *       "roles": {
                     *         "builtIn": "readWriteAnyDatabase",
                     *         "custom": [],
                     *         "privileges": [
                     *           {
                     *             "role": "read",
                     *             "database": "sales",
                     *             "collection": "orders"
                     *           }
                     *         ]
                     *       },
                     *       "scope": {
                     *         "clusterIds": [
                     *           "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         ]
                     *       },
                     *       "status": "ACTIVE",
                     *       "startsAt": "2026-11-24T12:00:00.000Z",
                     *       "expiresAt": "2026-11-24T18:00:00.000Z",
                     *       "remainingSeconds": 21600,
                     *       "endedAt": null,
                     *       "endReason": null,
                     *       "onEnd": "DROP_AND_END_SESSIONS",
                     *       "ticket": {
                     *         "system": "servicenow",
                     *         "key": "REQ0012345",
                     *         "requester": "alice@acme.com",
                     *         "approver": "bob@acme.com"
                     *       },
                     *       "approval": {
                     *         "approver": "bob@acme.com",
                     *         "assurance": "ASSERTED",
                     *         "by": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "policyRule": "on-call",
                     *       "reviewBy": null,
                     *       "lastUsedAt": "2026-11-24T12:01:07.318Z",
                     *       "useCount": 3,
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "IN_SYNC",
                     *           "since": "2026-11-24T12:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Grant"] | components["schemas"]["GrantDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.too-many-live-grants.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.identity-provider-not-connected.invalid-body.refused-by-policy"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    createGrants: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                projectId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "grants": [
                 *         {
                 *           "principal": {
                 *             "type": "GROUP",
                 *             "name": "db-oncall"
                 *           },
                 *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                 *           "roles": {
                 *             "builtIn": "readWriteAnyDatabase",
                 *             "privileges": [
                 *               {
                 *                 "role": "read",
                 *                 "database": "sales",
                 *                 "collection": "orders"
                 *               }
                 *             ]
                 *           },
                 *           "scope": {
                 *             "clusterIds": [
                 *               "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                 *             ]
                 *           },
                 *           "duration": "PT6H",
                 *           "ticket": {
                 *             "system": "servicenow",
                 *             "key": "REQ0012345",
                 *             "url": "https://acme.service-now.com/REQ0012345",
                 *             "requester": "alice@acme.com",
                 *             "approver": "bob@acme.com",
                 *             "reason": "Failed payments of 25 November"
                 *           }
                 *         },
                 *         {
                 *           "principal": {
                 *             "type": "GROUP",
                 *             "name": "db-readers"
                 *           },
                 *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                 *           "roles": {
                 *             "builtIn": "readWriteAnyDatabase",
                 *             "privileges": [
                 *               {
                 *                 "role": "read",
                 *                 "database": "sales",
                 *                 "collection": "orders"
                 *               }
                 *             ]
                 *           },
                 *           "scope": {
                 *             "clusterIds": [
                 *               "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                 *             ]
                 *           },
                 *           "duration": "PT6H",
                 *           "ticket": {
                 *             "system": "servicenow",
                 *             "key": "REQ0012345",
                 *             "url": "https://acme.service-now.com/REQ0012345",
                 *             "requester": "alice@acme.com",
                 *             "approver": "bob@acme.com",
                 *             "reason": "Failed payments of 25 November"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["GrantBatch"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "status": 201,
                     *           "grant": {
                     *             "id": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *             "createdAt": "2026-11-24T12:00:00.000Z",
                     *             "updatedAt": "2026-11-24T12:00:00.000Z",
                     *             "etag": "\"1\"",
                     *             "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *             "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *             "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *             "principal": {
                     *               "type": "GROUP",
                     *               "name": "db-oncall"
                     *             },
                     *             "roles": {
                     *               "builtIn": "readWriteAnyDatabase",
                     *               "custom": [],
                     *               "privileges": [
                     *                 {
                     *                   "role": "read",
                     *                   "database": "sales",
                     *                   "collection": "orders"
                     *                 }
                     *               ]
                     *             },
                     *             "scope": {
                     *               "clusterIds": [
                     *                 "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *               ]
                     *             },
                     *             "status": "ACTIVE",
                     *             "startsAt": "2026-11-24T12:00:00.000Z",
                     *             "expiresAt": "2026-11-24T18:00:00.000Z",
                     *             "remainingSeconds": 21600,
                     *             "endedAt": null,
                     *             "endReason": null,
                     *             "onEnd": "DROP_AND_END_SESSIONS",
                     *             "ticket": {
                     *               "system": "servicenow",
                     *               "key": "REQ0012345",
                     *               "requester": "alice@acme.com",
                     *               "approver": "bob@acme.com"
                     *             },
                     *             "approval": {
                     *               "approver": "bob@acme.com",
                     *               "assurance": "ASSERTED",
                     *               "by": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *             },
                     *             "policyRule": "on-call",
                     *             "reviewBy": null,
                     *             "lastUsedAt": "2026-11-24T12:01:07.318Z",
                     *             "useCount": 3,
                     *             "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *             "clusters": [
                     *               {
                     *                 "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *                 "state": "IN_SYNC",
                     *                 "since": "2026-11-24T12:00:00.000Z"
                     *               }
                     *             ]
                     *           }
                     *         },
                     *         {
                     *           "status": 422,
                     *           "problem": {
                     *             "type": "https://sallyport.dev/problems/invalid-body",
                     *             "title": "The body cannot be used",
                     *             "status": 422,
                     *             "detail": "Every fault is in errors. Nothing was stored.",
                     *             "instance": "urn:sallyport:call:KXbTLhQFliAEM6w=",
                     *             "errors": [
                     *               {
                     *                 "pointer": "/roles/custom/0",
                     *                 "message": "The project has no custom role \"auditor\"."
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["GrantBatchAnswer"] | components["schemas"]["GrantBatchAnswerDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getRevocation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                revocationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rev_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "reason": "signing key leaked",
                     *       "incident": {
                     *         "system": "pagerduty",
                     *         "key": "Q1KDXUJ3T5Z3SI"
                     *       },
                     *       "status": "PROPAGATING",
                     *       "effectiveAt": "2026-11-24T12:00:00.000Z",
                     *       "finishedAt": null,
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "ACKNOWLEDGED",
                     *           "at": "2026-11-24T12:00:00.412Z",
                     *           "lagMs": 412,
                     *           "nodes": [],
                     *           "detail": "It asks for a verdict at every use, and no verdict uses an older key."
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Revocation"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listRevocationClusters: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                revocationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "ACKNOWLEDGED",
                     *           "at": "2026-11-24T12:00:00.412Z",
                     *           "lagMs": 412,
                     *           "nodes": [],
                     *           "detail": "It asks for a verdict at every use, and no verdict uses an older key."
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["RevocationClusterList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getRoleBinding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                roleBindingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rbd_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "db-admins"
                     *       },
                     *       "role": "ACCESS_ADMINISTRATOR",
                     *       "scope": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["RoleBinding"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteRoleBinding: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                roleBindingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "db-admins"
                     *       },
                     *       "role": "ACCESS_ADMINISTRATOR",
                     *       "scope": {
                     *         "type": "PROJECT",
                     *         "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "createdBy": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["RoleBindingDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    discoverSignIn: {
        parameters: {
            query: {
                /** @description An e-mail address; only what follows the last @ is looked at. */
                principal: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "issuer": "https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/v2.0",
                     *       "clientId": "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77",
                     *       "scopes": [
                     *         "b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77/.default",
                     *         "offline_access"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SignIn"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whk_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Ticket system",
                     *       "url": "https://hooks.acme.com/sallyport",
                     *       "events": [
                     *         "grant.created",
                     *         "grant.expired",
                     *         "domain.suspended"
                     *       ],
                     *       "status": "ENABLED",
                     *       "disabledAt": null,
                     *       "failingSince": null,
                     *       "olderSecretEndsAt": null,
                     *       "findings": [],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dry run: what it would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": true,
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "name": "Ticket system",
                     *       "url": "https://hooks.acme.com/sallyport",
                     *       "events": [
                     *         "grant.created",
                     *         "grant.expired",
                     *         "domain.suspended"
                     *       ],
                     *       "status": "ENABLED",
                     *       "disabledAt": null,
                     *       "failingSince": null,
                     *       "olderSecretEndsAt": null,
                     *       "findings": [],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDryRun"];
                };
            };
            /** @description Done: nothing to show */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    changeWebhook: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Entity tags as the caller read them, or `*`; 412 when the present one is not among them. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "ENABLED"
                 *     }
                 */
                "application/json": components["schemas"]["WebhookChange"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whk_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Ticket system",
                     *       "url": "https://hooks.acme.com/sallyport",
                     *       "events": [
                     *         "grant.created",
                     *         "grant.expired",
                     *         "domain.suspended"
                     *       ],
                     *       "status": "ENABLED",
                     *       "disabledAt": null,
                     *       "failingSince": null,
                     *       "olderSecretEndsAt": null,
                     *       "findings": [],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"] | components["schemas"]["WebhookDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.version-conflict"];
            412: components["responses"]["412.precondition-failed"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. It fits this list with these filters, and no other. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path: {
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "dlv_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-24T12:00:00.000Z",
                     *           "updatedAt": "2026-11-24T12:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "webhookId": "whk_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "eventId": "evt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "type": "sallyport.grant.created",
                     *           "subject": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "status": "PENDING",
                     *           "nextAttemptAt": "2026-11-24T12:00:05.611Z",
                     *           "attemptCount": 1,
                     *           "attempts": [
                     *             {
                     *               "at": "2026-11-24T12:00:00.240Z",
                     *               "durationMs": 87,
                     *               "status": 503,
                     *               "finding": {
                     *                 "code": "not-2xx",
                     *                 "message": "It answered 503. Only 2xx says that it was received."
                     *               }
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "kW3v0qkz1mV9cQ…"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDeliveryList"];
                };
            };
            400: components["responses"]["400.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    replayDelivery: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                deliveryId: string;
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken on: it goes on in the background */
            202: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dlv_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "webhookId": "whk_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "eventId": "evt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "type": "sallyport.grant.created",
                     *       "subject": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "status": "PENDING",
                     *       "nextAttemptAt": "2026-11-24T12:00:05.611Z",
                     *       "attemptCount": 1,
                     *       "attempts": [
                     *         {
                     *           "at": "2026-11-24T12:00:00.240Z",
                     *           "durationMs": 87,
                     *           "status": 503,
                     *           "finding": {
                     *             "code": "not-2xx",
                     *             "message": "It answered 503. Only 2xx says that it was received."
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDelivery"] | components["schemas"]["WebhookDeliveryDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.version-conflict.webhook-disabled"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: {
                /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
                dryRun?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The same key, body and query answer with the first answer for 24 hours, secrets included; with another body or query 422; while the first runs 409. Taken bare and as a quoted string. */
                "X-Idempotency-Key"?: components["parameters"]["XIdempotencyKey"];
            };
            path: {
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Give it to `If-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whk_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-24T12:00:00.000Z",
                     *       "updatedAt": "2026-11-24T12:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "Ticket system",
                     *       "url": "https://hooks.acme.com/sallyport",
                     *       "events": [
                     *         "grant.created",
                     *         "grant.expired",
                     *         "domain.suspended"
                     *       ],
                     *       "status": "ENABLED",
                     *       "disabledAt": null,
                     *       "failingSince": null,
                     *       "olderSecretEndsAt": null,
                     *       "findings": [],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "secret": "whsec_C2FVsBQIhrscChlQIMV0b5sSYspob7oD1Ud6TvE4"
                     *     }
                     */
                    "application/json": components["schemas"]["NewWebhookAnswer"] | components["schemas"]["NewWebhookAnswerDryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
}
