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
         * @description RFC 6749. By `client_credentials`, with the client authenticated by Basic or by `client_id` and `client_secret` in the form, never by both; by `urn:ietf:params:oauth:grant-type:jwt-bearer` with the `assertion` of a caller issuer (RFC 7523; `client_id` names the `cis_…` when several take it); or by `urn:ietf:params:oauth:grant-type:token-exchange` with a person’s access token as `subject_token` (RFC 8693), for one that is too long for a header. There are no scopes: what a caller may do is its role in its scope. A refused JWT is told one and the same, whatever the reason.
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
         * Extend or shorten a grant, or make it permanent
         * @description `duration` counts from now, or from `startsAt` while that is in the future; `expiresAt: null` makes it permanent. Extended without a gap.
         *
         *     Right: `grant.write`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER (its own only).
         */
        patch: operations["changeGrant"];
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
         * @description Right: `identity-provider.read`, in scope: OWNER, ACCESS_ADMINISTRATOR, REQUESTER, INCIDENT_RESPONDER, AUDITOR.
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
    "/v1/projects/{projectId}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List grants
         * @description A requester sees its own. `remainingSeconds` is as of the answer.
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
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
            findings: {
                code: string;
                fix: string;
                message: string;
                /** @enum {string} */
                severity: "ERROR" | "WARNING" | "INFO";
            }[];
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
        /** @description A data plane with a connector. */
        Cluster: {
            connector: {
                /** @constant */
                type: "introspection";
            };
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
            /** @description Seconds for which a gateway may hold a verdict that says yes. */
            verdictMaxAge: number;
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
            losesAccess?: {
                grants: string[];
                principals: {
                    name: string;
                    /** @enum {string} */
                    type: "GROUP" | "USER";
                }[];
                /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                projectId: string;
            }[];
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
            failingSince: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            findings: {
                code: string;
                fix: string;
                message: string;
                /** @enum {string} */
                severity: "ERROR" | "WARNING" | "INFO";
            }[];
            /** @example dom_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            lastAttempt: components["schemas"]["VerificationAttempt"] | null;
            /** @enum {string} */
            method: "DNS_RECORD" | "HTML_FILE_UPLOAD";
            nextCheckAt: string | null;
            proof: components["schemas"]["DomainProof"];
            /** @enum {string} */
            status: "PENDING" | "VERIFIED" | "LAPSING" | "SUSPENDED" | "EXPIRED";
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
            verifiedAt: string | null;
        };
        /** @description Exactly what to publish: a TXT record, or a file over HTTPS. */
        DomainProof: {
            /** @description Proves it as well: the one to use for a name with a CNAME. Null: the name is too long for it. */
            alternativeRecordName: string | null;
            recordName: string;
            /** @constant */
            recordType: "TXT";
            recordValue: string;
        } | {
            alternativeUrl: string;
            content: string;
            url: string;
        };
        /** @description What it would come to: the normal view without id, entity tag and secrets. Nothing was stored. */
        DryRun: {
            /** @constant */
            dryRun: true;
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
        /** @description An IdP user or group with roles on a project’s clusters. */
        Grant: {
            /** @description At most 100. */
            clusters: {
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
            }[];
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            /** @description Which caller made it: `key_…`, `cis_…`, `bootstrap`, or `idp_…/` and a person’s name. */
            createdBy: string;
            endedAt: string | null;
            endReason: ("EXPIRED" | "ENDED" | "DISCONNECTED") | null;
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @description From this instant on no verdict allows it; null: permanent. */
            expiresAt: string | null;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            /** @example grt_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            identityProviderId: string;
            /** @enum {string} */
            onEnd: "DROP_AND_END_SESSIONS" | "DROP";
            principal: {
                name: string;
                /** @enum {string} */
                type: "GROUP" | "USER";
            };
            /** @example prj_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            projectId: string;
            /** @description Floored; null: permanent. */
            remainingSeconds: number | null;
            roles: {
                /** @enum {string} */
                builtIn?: "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root";
                /** @default [] */
                custom: string[];
                /** @default [] */
                privileges: {
                    collection?: string;
                    database: string;
                    /** @enum {string} */
                    role: "read" | "readWrite" | "dbAdmin" | "dbOwner" | "userAdmin" | "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root";
                }[];
            };
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
            ticket: {
                approver?: string;
                key: string;
                reason?: string;
                requester?: string;
                system: string;
                /** Format: uri */
                url?: string;
            } | null;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description One registered OIDC issuer and audience. */
        IdentityProvider: {
            allowedAlgorithms: ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[];
            audience: string;
            /** @enum {string} */
            authorizationType: "GROUP" | "USER";
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            checkedAt: string;
            clientId: string | null;
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            createdAt: string;
            description: string;
            domainIds: string[];
            /**
             * @description Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.
             * @example "1"
             */
            etag: string;
            /** @example fed_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            federationId: string;
            findings: {
                code: string;
                fix: string;
                message: string;
                /** @enum {string} */
                severity: "ERROR" | "WARNING" | "INFO";
            }[];
            groupsClaim: string;
            /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
            id: string;
            issuerUri: string;
            jwksUri: string;
            name: string;
            /** @enum {string} */
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
        /** @description Problem details (RFC 9457). */
        Problem: {
            /** @description What is wrong, then what to do. */
            detail: string;
            /** @description Every broken field at once. */
            errors?: {
                message: string;
                /** @description JSON Pointer (RFC 6901) into the body, or the parameter’s name. */
                pointer: string;
            }[];
            /** @description What was found at an issuer. */
            findings?: Record<string, never>[];
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
            incident: {
                key: string;
                system: string;
            } | null;
            reason: string;
            /** @enum {string} */
            status: "PROPAGATING" | "FINISHED";
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description How far one cluster is with one revocation. */
        RevocationCluster: {
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
            principal: {
                name: string;
                /** @enum {string} */
                type: "GROUP" | "USER";
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
            /**
             * Format: date-time
             * @example 2026-11-25T18:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description With which issuer, client and scopes people of a domain sign in. */
        SignIn: {
            clientId: string | null;
            issuer: string;
            scopes: string[];
        };
        /** @description May the bearer of this token use this cluster now, as what, until when (RFC 7662). */
        Verdict: {
            /** @constant */
            active: true;
            aud: string;
            client_id?: string;
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
            /** @description What was asked of whom, and what came back: quoted, cut. */
            exchanges: {
                asked: string;
                from: string;
                got: string;
            }[];
            finding: {
                code: string;
                fix: string;
                message: string;
                /** @enum {string} */
                severity: "ERROR" | "WARNING" | "INFO";
            };
            id: string;
            /**
             * @description PROVED and NOT_PROVED were seen; UNKNOWN is an outage, and decides nothing.
             * @enum {string}
             */
            outcome: "PROVED" | "NOT_PROVED" | "UNKNOWN";
        };
    };
    responses: {
        /** @description The body is not JSON (`invalid-json`) · A query parameter or header cannot be used (`invalid-query`) */
        "400.invalid-json.invalid-query": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
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
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/invalid-query";
                };
            };
        };
        /** @description The caller is not known (`unauthenticated`) */
        "401.unauthenticated": {
            headers: {
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
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
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/too-many-live-grants" | "https://sallyport.dev/problems/version-conflict";
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
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-in-progress" | "https://sallyport.dev/problems/version-conflict";
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
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/unsupported-media-type";
                };
            };
        };
        /** @description The Idempotency-Key belongs to another call (`idempotency-key-reused`) · The identity provider is not connected to the organization (`identity-provider-not-connected`) · The body cannot be used (`invalid-body`) */
        "422.idempotency-key-reused.identity-provider-not-connected.invalid-body": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/idempotency-key-reused" | "https://sallyport.dev/problems/identity-provider-not-connected" | "https://sallyport.dev/problems/invalid-body";
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
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/invalid-body";
                };
            };
        };
        /** @description Too many calls (`rate-limited`) */
        "429.rate-limited": {
            headers: {
                /** @description Seconds. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
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
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/internal";
                };
            };
        };
        /** @description It cannot be decided or stored now (`unavailable`) */
        "503.unavailable": {
            headers: {
                /** @description Seconds. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "https://sallyport.dev/problems/unavailable";
                };
            };
        };
    };
    parameters: {
        /** @description Full validation and the effect, nothing stored, nothing sent: answers the status that it would have had (200 for a 204) with the normal view, `"dryRun": true`, no id and no secret. */
        DryRun: "true" | "false";
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
                    "text/html": string;
                };
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
            503: components["responses"]["503.unavailable"];
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
                     *       "access_token": "text",
                     *       "token_type": "Bearer",
                     *       "expires_in": 0,
                     *       "issued_token_type": "text"
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
                     *       "error": "text",
                     *       "error_description": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The client is not known */
            401: {
                headers: {
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "text",
                     *       "error_description": "text"
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
                     *       "error": "text",
                     *       "error_description": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Too many calls */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "text",
                     *       "error_description": "text"
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
                     *       "error": "text",
                     *       "error_description": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description It cannot be decided now */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": "text",
                     *       "error_description": "text"
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
                     *       "openapi": "text"
                     *     }
                     */
                    "application/json": {
                        openapi: string;
                    };
                };
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "role": "OWNER",
                     *       "scope": {
                     *         "type": "FEDERATION",
                     *         "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "kind": "API_KEY",
                     *       "clientId": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "expiresAt": "2026-11-25T18:00:00.000Z",
                     *       "requestsPerMinute": 0,
                     *       "lastUsedAt": "2026-11-25T18:00:00.000Z",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                     *       "dryRun": true
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cis_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "text",
                     *       "issuerUri": "text",
                     *       "audience": "text",
                     *       "subjects": [
                     *         "text"
                     *       ],
                     *       "requiredClaims": {},
                     *       "role": "OWNER",
                     *       "scope": {
                     *         "type": "FEDERATION",
                     *         "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "longestLifetime": "PT1H",
                     *       "requestsPerMinute": 0,
                     *       "jwksUri": "text",
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ],
                     *       "lastUsedAt": "2026-11-25T18:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CallerIssuer"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                     *       "dryRun": true
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
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
                "application/json": {
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
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cis_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "text",
                     *       "issuerUri": "text",
                     *       "audience": "text",
                     *       "subjects": [
                     *         "text"
                     *       ],
                     *       "requiredClaims": {},
                     *       "role": "OWNER",
                     *       "scope": {
                     *         "type": "FEDERATION",
                     *         "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "longestLifetime": "PT1H",
                     *       "requestsPerMinute": 0,
                     *       "jwksUri": "text",
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ],
                     *       "lastUsedAt": "2026-11-25T18:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CallerIssuer"] | components["schemas"]["DryRun"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "kind": "CLUSTER",
                     *       "tier": "text",
                     *       "distribution": "ATLAS",
                     *       "mongoDbVersion": "text",
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
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                     *       "dryRun": true
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
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
                "application/json": {
                    connector?: {
                        /** @constant */
                        type: "introspection";
                    };
                    /** @enum {string} */
                    distribution?: "ATLAS" | "ENTERPRISE" | "PERCONA";
                    mongoDbVersion?: string;
                    name?: string;
                    tier?: string;
                    /** @description Seconds for which a gateway may hold a verdict that says yes. */
                    verdictMaxAge?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "kind": "CLUSTER",
                     *       "tier": "text",
                     *       "distribution": "ATLAS",
                     *       "mongoDbVersion": "text",
                     *       "connector": {
                     *         "type": "introspection"
                     *       },
                     *       "verdictMaxAge": 0,
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Cluster"] | components["schemas"]["DryRun"];
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
                     *       "sub": "text",
                     *       "username": "acme-entra/alice@acme.com",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "names": [
                     *           "text"
                     *         ]
                     *       },
                     *       "client_id": "text",
                     *       "iss": "text",
                     *       "aud": "text",
                     *       "iat": 0,
                     *       "exp": 0,
                     *       "expiresAt": "2026-11-25T18:00:00.000Z",
                     *       "roles": [
                     *         {
                     *           "role": "text",
                     *           "database": "text"
                     *         }
                     *       ],
                     *       "privileges": [
                     *         {
                     *           "role": "text",
                     *           "database": "text",
                     *           "collection": "text"
                     *         }
                     *       ],
                     *       "grants": [
                     *         "text"
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "displayName": "text",
                     *       "domainName": "text",
                     *       "method": "DNS_RECORD",
                     *       "status": "PENDING",
                     *       "proof": {
                     *         "recordType": "TXT",
                     *         "recordName": "text",
                     *         "recordValue": "text",
                     *         "alternativeRecordName": null
                     *       },
                     *       "nextCheckAt": "2026-11-25T18:00:00.000Z",
                     *       "verifiedAt": "2026-11-25T18:00:00.000Z",
                     *       "expiresAt": "2026-11-25T18:00:00.000Z",
                     *       "failingSince": "2026-11-25T18:00:00.000Z",
                     *       "lastAttempt": {
                     *         "id": "text",
                     *         "at": "2026-11-25T18:00:00.000Z",
                     *         "outcome": "PROVED",
                     *         "finding": {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         },
                     *         "exchanges": [
                     *           {
                     *             "asked": "text",
                     *             "from": "text",
                     *             "got": "text"
                     *           }
                     *         ]
                     *       },
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Domain"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                     *       "dryRun": true
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
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
                "application/json": {
                    displayName?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "displayName": "text",
                     *       "domainName": "text",
                     *       "method": "DNS_RECORD",
                     *       "status": "PENDING",
                     *       "proof": {
                     *         "recordType": "TXT",
                     *         "recordName": "text",
                     *         "recordValue": "text",
                     *         "alternativeRecordName": null
                     *       },
                     *       "nextCheckAt": "2026-11-25T18:00:00.000Z",
                     *       "verifiedAt": "2026-11-25T18:00:00.000Z",
                     *       "expiresAt": "2026-11-25T18:00:00.000Z",
                     *       "failingSince": "2026-11-25T18:00:00.000Z",
                     *       "lastAttempt": {
                     *         "id": "text",
                     *         "at": "2026-11-25T18:00:00.000Z",
                     *         "outcome": "PROVED",
                     *         "finding": {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         },
                     *         "exchanges": [
                     *           {
                     *             "asked": "text",
                     *             "from": "text",
                     *             "got": "text"
                     *           }
                     *         ]
                     *       },
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Domain"] | components["schemas"]["DryRun"];
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
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "text",
                     *           "at": "2026-11-25T18:00:00.000Z",
                     *           "outcome": "PROVED",
                     *           "finding": {
                     *             "severity": "ERROR",
                     *             "code": "text",
                     *             "message": "text",
                     *             "fix": "text"
                     *           },
                     *           "exchanges": [
                     *             {
                     *               "asked": "text",
                     *               "from": "text",
                     *               "got": "text"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["VerificationAttempt"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "displayName": "text",
                     *       "domainName": "text",
                     *       "method": "DNS_RECORD",
                     *       "status": "PENDING",
                     *       "proof": {
                     *         "recordType": "TXT",
                     *         "recordName": "text",
                     *         "recordValue": "text",
                     *         "alternativeRecordName": null
                     *       },
                     *       "nextCheckAt": "2026-11-25T18:00:00.000Z",
                     *       "verifiedAt": "2026-11-25T18:00:00.000Z",
                     *       "expiresAt": "2026-11-25T18:00:00.000Z",
                     *       "failingSince": "2026-11-25T18:00:00.000Z",
                     *       "lastAttempt": {
                     *         "id": "text",
                     *         "at": "2026-11-25T18:00:00.000Z",
                     *         "outcome": "PROVED",
                     *         "finding": {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         },
                     *         "exchanges": [
                     *           {
                     *             "asked": "text",
                     *             "from": "text",
                     *             "got": "text"
                     *           }
                     *         ]
                     *       },
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Domain"] | components["schemas"]["DryRun"];
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
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "text"
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Federation"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Federation"] | components["schemas"]["DryRun"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Federation"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                     *       "dryRun": true
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
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
                "application/json": {
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Federation"] | components["schemas"]["DryRun"];
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
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "text",
                     *           "role": "OWNER",
                     *           "scope": {
                     *             "type": "FEDERATION",
                     *             "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           },
                     *           "kind": "API_KEY",
                     *           "clientId": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "expiresAt": "2026-11-25T18:00:00.000Z",
                     *           "requestsPerMinute": 0,
                     *           "lastUsedAt": "2026-11-25T18:00:00.000Z",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "role": "OWNER",
                     *       "scope": {
                     *         "type": "FEDERATION",
                     *         "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "kind": "API_KEY",
                     *       "clientId": "key_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "expiresAt": "2026-11-25T18:00:00.000Z",
                     *       "requestsPerMinute": 0,
                     *       "lastUsedAt": "2026-11-25T18:00:00.000Z",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "key": "text",
                     *       "clientSecret": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["NewApiKeyAnswer"] | components["schemas"]["DryRun"];
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
                /** @description Only of this actor: `key_…`, `cis_…`, `idp_…`, `bootstrap`, or a worker’s name. */
                actor?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "evt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "at": "2026-11-25T18:00:00.000Z",
                     *           "actor": {
                     *             "type": "CALLER",
                     *             "id": "text",
                     *             "subject": "text"
                     *           },
                     *           "action": "text",
                     *           "resource": {
                     *             "type": "text",
                     *             "id": "text"
                     *           },
                     *           "before": null,
                     *           "after": null,
                     *           "source": null,
                     *           "correlationId": "text"
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["AuditEvent"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                    "application/jsonl": string;
                    "text/csv": string;
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listCallerIssuers: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "cis_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "name": "text",
                     *           "issuerUri": "text",
                     *           "audience": "text",
                     *           "subjects": [
                     *             "text"
                     *           ],
                     *           "requiredClaims": {},
                     *           "role": "OWNER",
                     *           "scope": {
                     *             "type": "FEDERATION",
                     *             "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           },
                     *           "longestLifetime": "PT1H",
                     *           "requestsPerMinute": 0,
                     *           "jwksUri": "text",
                     *           "findings": [
                     *             {
                     *               "severity": "ERROR",
                     *               "code": "text",
                     *               "message": "text",
                     *               "fix": "text"
                     *             }
                     *           ],
                     *           "lastUsedAt": "2026-11-25T18:00:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["CallerIssuer"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
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
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cis_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "text",
                     *       "issuerUri": "text",
                     *       "audience": "text",
                     *       "subjects": [
                     *         "text"
                     *       ],
                     *       "requiredClaims": {},
                     *       "role": "OWNER",
                     *       "scope": {
                     *         "type": "FEDERATION",
                     *         "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "longestLifetime": "PT1H",
                     *       "requestsPerMinute": 0,
                     *       "jwksUri": "text",
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ],
                     *       "lastUsedAt": "2026-11-25T18:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["CallerIssuer"] | components["schemas"]["DryRun"];
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
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "displayName": "text",
                     *           "domainName": "text",
                     *           "method": "DNS_RECORD",
                     *           "status": "PENDING",
                     *           "proof": {
                     *             "recordType": "TXT",
                     *             "recordName": "text",
                     *             "recordValue": "text",
                     *             "alternativeRecordName": null
                     *           },
                     *           "nextCheckAt": "2026-11-25T18:00:00.000Z",
                     *           "verifiedAt": "2026-11-25T18:00:00.000Z",
                     *           "expiresAt": "2026-11-25T18:00:00.000Z",
                     *           "failingSince": "2026-11-25T18:00:00.000Z",
                     *           "lastAttempt": {
                     *             "id": "text",
                     *             "at": "2026-11-25T18:00:00.000Z",
                     *             "outcome": "PROVED",
                     *             "finding": {
                     *               "severity": "ERROR",
                     *               "code": "text",
                     *               "message": "text",
                     *               "fix": "text"
                     *             },
                     *             "exchanges": [
                     *               {
                     *                 "asked": "text",
                     *                 "from": "text",
                     *                 "got": "text"
                     *               }
                     *             ]
                     *           },
                     *           "findings": [
                     *             {
                     *               "severity": "ERROR",
                     *               "code": "text",
                     *               "message": "text",
                     *               "fix": "text"
                     *             }
                     *           ],
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Domain"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
                    displayName: string;
                    domainName: string;
                    /** @enum {string} */
                    method: "DNS_RECORD" | "HTML_FILE_UPLOAD";
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "displayName": "text",
                     *       "domainName": "text",
                     *       "method": "DNS_RECORD",
                     *       "status": "PENDING",
                     *       "proof": {
                     *         "recordType": "TXT",
                     *         "recordName": "text",
                     *         "recordValue": "text",
                     *         "alternativeRecordName": null
                     *       },
                     *       "nextCheckAt": "2026-11-25T18:00:00.000Z",
                     *       "verifiedAt": "2026-11-25T18:00:00.000Z",
                     *       "expiresAt": "2026-11-25T18:00:00.000Z",
                     *       "failingSince": "2026-11-25T18:00:00.000Z",
                     *       "lastAttempt": {
                     *         "id": "text",
                     *         "at": "2026-11-25T18:00:00.000Z",
                     *         "outcome": "PROVED",
                     *         "finding": {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         },
                     *         "exchanges": [
                     *           {
                     *             "asked": "text",
                     *             "from": "text",
                     *             "got": "text"
                     *           }
                     *         ]
                     *       },
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ],
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Domain"] | components["schemas"]["DryRun"];
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
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "name": "text",
                     *           "shortName": "text",
                     *           "description": "text",
                     *           "purpose": "WORKFORCE",
                     *           "issuerUri": "text",
                     *           "clientId": null,
                     *           "audience": "text",
                     *           "authorizationType": "GROUP",
                     *           "requestedScopes": [
                     *             "text"
                     *           ],
                     *           "userClaim": "text",
                     *           "groupsClaim": "text",
                     *           "allowedAlgorithms": [
                     *             "RS256"
                     *           ],
                     *           "domainIds": [
                     *             "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           ],
                     *           "jwksUri": "text",
                     *           "checkedAt": "2026-11-25T18:00:00.000Z",
                     *           "findings": [
                     *             {
                     *               "severity": "ERROR",
                     *               "code": "text",
                     *               "message": "text",
                     *               "fix": "text"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["IdentityProvider"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
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
                    allowedAlgorithms?: ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[];
                    audience: string & (unknown & unknown);
                    /** @enum {string} */
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
                     * @default WORKFORCE
                     * @enum {string}
                     */
                    purpose?: "WORKFORCE" | "WORKLOAD";
                    /** @default [] */
                    requestedScopes?: string[];
                    /** @default sub */
                    userClaim?: string & (unknown & unknown);
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "text",
                     *       "shortName": "text",
                     *       "description": "text",
                     *       "purpose": "WORKFORCE",
                     *       "issuerUri": "text",
                     *       "clientId": null,
                     *       "audience": "text",
                     *       "authorizationType": "GROUP",
                     *       "requestedScopes": [
                     *         "text"
                     *       ],
                     *       "userClaim": "text",
                     *       "groupsClaim": "text",
                     *       "allowedAlgorithms": [
                     *         "RS256"
                     *       ],
                     *       "domainIds": [
                     *         "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       ],
                     *       "jwksUri": "text",
                     *       "checkedAt": "2026-11-25T18:00:00.000Z",
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProvider"] | components["schemas"]["DryRun"];
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
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "text",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Organization"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Organization"] | components["schemas"]["DryRun"];
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
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "rbd_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "principal": {
                     *             "type": "GROUP",
                     *             "name": "text"
                     *           },
                     *           "role": "OWNER",
                     *           "scope": {
                     *             "type": "FEDERATION",
                     *             "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           },
                     *           "createdBy": "text"
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["RoleBinding"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
                    /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                    identityProviderId: string;
                    principal: {
                        name: string;
                        /** @enum {string} */
                        type: "GROUP" | "USER";
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
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rbd_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "text"
                     *       },
                     *       "role": "OWNER",
                     *       "scope": {
                     *         "type": "FEDERATION",
                     *         "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "createdBy": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["RoleBinding"] | components["schemas"]["DryRun"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "text"
                     *       },
                     *       "roles": {
                     *         "builtIn": "atlasAdmin",
                     *         "custom": [],
                     *         "privileges": []
                     *       },
                     *       "scope": {
                     *         "clusterIds": [
                     *           "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         ]
                     *       },
                     *       "status": "SCHEDULED",
                     *       "startsAt": "2026-11-25T18:00:00.000Z",
                     *       "expiresAt": "2026-11-25T18:00:00.000Z",
                     *       "remainingSeconds": 0,
                     *       "endedAt": "2026-11-25T18:00:00.000Z",
                     *       "endReason": "EXPIRED",
                     *       "onEnd": "DROP_AND_END_SESSIONS",
                     *       "ticket": {
                     *         "system": "text",
                     *         "key": "text",
                     *         "url": "https://acme.com",
                     *         "requester": "text",
                     *         "approver": "text",
                     *         "reason": "text"
                     *       },
                     *       "createdBy": "text",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "PENDING",
                     *           "since": "2026-11-25T18:00:00.000Z",
                     *           "removedAt": "2026-11-25T18:00:00.000Z",
                     *           "lagMs": 0,
                     *           "detail": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Grant"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                     *       "dryRun": true
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
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
                "application/json": {
                    /**
                     * Format: duration
                     * @description ISO 8601, weeks to seconds: no years or months, and `P1D` is 24 hours.
                     * @example PT6H
                     * @example P1D
                     * @example P1W
                     */
                    duration?: string;
                    expiresAt?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "text"
                     *       },
                     *       "roles": {
                     *         "builtIn": "atlasAdmin",
                     *         "custom": [],
                     *         "privileges": []
                     *       },
                     *       "scope": {
                     *         "clusterIds": [
                     *           "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         ]
                     *       },
                     *       "status": "SCHEDULED",
                     *       "startsAt": "2026-11-25T18:00:00.000Z",
                     *       "expiresAt": "2026-11-25T18:00:00.000Z",
                     *       "remainingSeconds": 0,
                     *       "endedAt": "2026-11-25T18:00:00.000Z",
                     *       "endReason": "EXPIRED",
                     *       "onEnd": "DROP_AND_END_SESSIONS",
                     *       "ticket": {
                     *         "system": "text",
                     *         "key": "text",
                     *         "url": "https://acme.com",
                     *         "requester": "text",
                     *         "approver": "text",
                     *         "reason": "text"
                     *       },
                     *       "createdBy": "text",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "PENDING",
                     *           "since": "2026-11-25T18:00:00.000Z",
                     *           "removedAt": "2026-11-25T18:00:00.000Z",
                     *           "lagMs": 0,
                     *           "detail": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Grant"] | components["schemas"]["DryRun"];
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
            422: components["responses"]["422.invalid-body"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "text",
                     *       "shortName": "text",
                     *       "description": "text",
                     *       "purpose": "WORKFORCE",
                     *       "issuerUri": "text",
                     *       "clientId": null,
                     *       "audience": "text",
                     *       "authorizationType": "GROUP",
                     *       "requestedScopes": [
                     *         "text"
                     *       ],
                     *       "userClaim": "text",
                     *       "groupsClaim": "text",
                     *       "allowedAlgorithms": [
                     *         "RS256"
                     *       ],
                     *       "domainIds": [
                     *         "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       ],
                     *       "jwksUri": "text",
                     *       "checkedAt": "2026-11-25T18:00:00.000Z",
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProvider"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                     *       "dryRun": true
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
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
                "application/json": {
                    allowedAlgorithms?: ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[];
                    audience?: string & (unknown & unknown);
                    /** @enum {string} */
                    authorizationType?: "GROUP" | "USER";
                    clientId?: (string & (unknown & unknown & unknown)) | null;
                    description?: string;
                    groupsClaim?: string & (unknown & unknown);
                    issuerUri?: string;
                    name?: string;
                    requestedScopes?: string[];
                    userClaim?: string & (unknown & unknown);
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "text",
                     *       "shortName": "text",
                     *       "description": "text",
                     *       "purpose": "WORKFORCE",
                     *       "issuerUri": "text",
                     *       "clientId": null,
                     *       "audience": "text",
                     *       "authorizationType": "GROUP",
                     *       "requestedScopes": [
                     *         "text"
                     *       ],
                     *       "userClaim": "text",
                     *       "groupsClaim": "text",
                     *       "allowedAlgorithms": [
                     *         "RS256"
                     *       ],
                     *       "domainIds": [
                     *         "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       ],
                     *       "jwksUri": "text",
                     *       "checkedAt": "2026-11-25T18:00:00.000Z",
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProvider"] | components["schemas"]["DryRun"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "name": "text",
                     *       "shortName": "text",
                     *       "description": "text",
                     *       "purpose": "WORKFORCE",
                     *       "issuerUri": "text",
                     *       "clientId": null,
                     *       "audience": "text",
                     *       "authorizationType": "GROUP",
                     *       "requestedScopes": [
                     *         "text"
                     *       ],
                     *       "userClaim": "text",
                     *       "groupsClaim": "text",
                     *       "allowedAlgorithms": [
                     *         "RS256"
                     *       ],
                     *       "domainIds": [
                     *         "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       ],
                     *       "jwksUri": "text",
                     *       "checkedAt": "2026-11-25T18:00:00.000Z",
                     *       "findings": [
                     *         {
                     *           "severity": "ERROR",
                     *           "code": "text",
                     *           "message": "text",
                     *           "fix": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityProvider"] | components["schemas"]["DryRun"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "domainName": "text",
                     *           "status": "PENDING"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: {
                            domainName: string;
                            /** @example dom_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                            id: string;
                            /** @enum {string} */
                            status: "PENDING" | "VERIFIED" | "LAPSING" | "SUSPENDED" | "EXPIRED";
                        }[];
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
                    domainIds: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "dom_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "domainName": "text",
                     *           "status": "PENDING"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: {
                            domainName: string;
                            /** @example dom_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                            id: string;
                            /** @enum {string} */
                            status: "PENDING" | "VERIFIED" | "LAPSING" | "SUSPENDED" | "EXPIRED";
                        }[];
                    } | components["schemas"]["DryRun"];
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
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "rev_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "reason": "text",
                     *           "incident": {
                     *             "system": "text",
                     *             "key": "text"
                     *           },
                     *           "status": "PROPAGATING",
                     *           "effectiveAt": "2026-11-25T18:00:00.000Z",
                     *           "finishedAt": "2026-11-25T18:00:00.000Z",
                     *           "createdBy": "text",
                     *           "clusters": [
                     *             {
                     *               "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *               "state": "PENDING",
                     *               "at": "2026-11-25T18:00:00.000Z",
                     *               "lagMs": null,
                     *               "nodes": [
                     *                 {
                     *                   "host": "text",
                     *                   "state": "text"
                     *                 }
                     *               ],
                     *               "detail": null
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Revocation"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
                    incident?: {
                        key: string;
                        system: string;
                    };
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Taken on: it goes on in the background */
            202: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rev_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "reason": "text",
                     *       "incident": {
                     *         "system": "text",
                     *         "key": "text"
                     *       },
                     *       "status": "PROPAGATING",
                     *       "effectiveAt": "2026-11-25T18:00:00.000Z",
                     *       "finishedAt": "2026-11-25T18:00:00.000Z",
                     *       "createdBy": "text",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "PENDING",
                     *           "at": "2026-11-25T18:00:00.000Z",
                     *           "lagMs": null,
                     *           "nodes": [
                     *             {
                     *               "host": "text",
                     *               "state": "text"
                     *             }
                     *           ],
                     *           "detail": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Revocation"] | components["schemas"]["DryRun"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Organization"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                     *       "dryRun": true
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
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
                "application/json": {
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Organization"] | components["schemas"]["DryRun"];
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
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "status": "CONNECTED",
                     *           "connectedAt": "2026-11-25T18:00:00.000Z",
                     *           "losesAccess": [
                     *             {
                     *               "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *               "principals": [
                     *                 {
                     *                   "type": "GROUP",
                     *                   "name": "text"
                     *                 }
                     *               ],
                     *               "grants": [
                     *                 "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *               ]
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Connection"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
                    /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                    identityProviderId: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "status": "CONNECTED",
                     *       "connectedAt": "2026-11-25T18:00:00.000Z",
                     *       "losesAccess": [
                     *         {
                     *           "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "principals": [
                     *             {
                     *               "type": "GROUP",
                     *               "name": "text"
                     *             }
                     *           ],
                     *           "grants": [
                     *             "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Connection"] | components["schemas"]["DryRun"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "status": "CONNECTED",
                     *       "connectedAt": "2026-11-25T18:00:00.000Z",
                     *       "losesAccess": [
                     *         {
                     *           "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "principals": [
                     *             {
                     *               "type": "GROUP",
                     *               "name": "text"
                     *             }
                     *           ],
                     *           "grants": [
                     *             "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Connection"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "status": "CONNECTED",
                     *       "connectedAt": "2026-11-25T18:00:00.000Z",
                     *       "losesAccess": [
                     *         {
                     *           "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "principals": [
                     *             {
                     *               "type": "GROUP",
                     *               "name": "text"
                     *             }
                     *           ],
                     *           "grants": [
                     *             "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Connection"] | components["schemas"]["DryRun"];
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
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "text",
                     *           "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Project"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Project"] | components["schemas"]["DryRun"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                     *       "dryRun": true
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
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
                "application/json": {
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Project"] | components["schemas"]["DryRun"];
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
    listClusters: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "name": "text",
                     *           "kind": "CLUSTER",
                     *           "tier": "text",
                     *           "distribution": "ATLAS",
                     *           "mongoDbVersion": "text",
                     *           "connector": {
                     *             "type": "introspection"
                     *           },
                     *           "verdictMaxAge": 0,
                     *           "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Cluster"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
                    connector: {
                        /** @constant */
                        type: "introspection";
                    };
                    /** @enum {string} */
                    distribution?: "ATLAS" | "ENTERPRISE" | "PERCONA";
                    /**
                     * @default CLUSTER
                     * @enum {string}
                     */
                    kind?: "CLUSTER" | "FEDERATED_DATABASE_INSTANCE";
                    mongoDbVersion: string;
                    name: string;
                    tier: string;
                    /**
                     * @description Seconds for which a gateway may hold a verdict that says yes.
                     * @default 0
                     */
                    verdictMaxAge?: number;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "name": "text",
                     *       "kind": "CLUSTER",
                     *       "tier": "text",
                     *       "distribution": "ATLAS",
                     *       "mongoDbVersion": "text",
                     *       "connector": {
                     *         "type": "introspection"
                     *       },
                     *       "verdictMaxAge": 0,
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "organizationId": "org_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *     }
                     */
                    "application/json": components["schemas"]["Cluster"] | components["schemas"]["DryRun"];
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
    listGrants: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "createdAt": "2026-11-25T18:00:00.000Z",
                     *           "updatedAt": "2026-11-25T18:00:00.000Z",
                     *           "etag": "\"1\"",
                     *           "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "principal": {
                     *             "type": "GROUP",
                     *             "name": "text"
                     *           },
                     *           "roles": {
                     *             "builtIn": "atlasAdmin",
                     *             "custom": [],
                     *             "privileges": []
                     *           },
                     *           "scope": {
                     *             "clusterIds": [
                     *               "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *             ]
                     *           },
                     *           "status": "SCHEDULED",
                     *           "startsAt": "2026-11-25T18:00:00.000Z",
                     *           "expiresAt": "2026-11-25T18:00:00.000Z",
                     *           "remainingSeconds": 0,
                     *           "endedAt": "2026-11-25T18:00:00.000Z",
                     *           "endReason": "EXPIRED",
                     *           "onEnd": "DROP_AND_END_SESSIONS",
                     *           "ticket": {
                     *             "system": "text",
                     *             "key": "text",
                     *             "url": "https://acme.com",
                     *             "requester": "text",
                     *             "approver": "text",
                     *             "reason": "text"
                     *           },
                     *           "createdBy": "text",
                     *           "clusters": [
                     *             {
                     *               "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *               "state": "PENDING",
                     *               "since": "2026-11-25T18:00:00.000Z",
                     *               "removedAt": "2026-11-25T18:00:00.000Z",
                     *               "lagMs": 0,
                     *               "detail": "text"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Grant"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                "application/json": {
                    /**
                     * Format: duration
                     * @description ISO 8601, weeks to seconds: no years or months, and `P1D` is 24 hours.
                     * @example PT6H
                     * @example P1D
                     * @example P1W
                     */
                    duration?: string;
                    /**
                     * Format: date-time
                     * @example 2026-11-25T18:00:00.000Z
                     */
                    expiresAt?: string;
                    /** @example idp_01JDG3ZV8WQK2M5N7P9R1T3V5X */
                    identityProviderId: string;
                    /** @enum {string} */
                    onEnd?: "DROP_AND_END_SESSIONS" | "DROP";
                    principal: {
                        name: string;
                        /** @enum {string} */
                        type: "GROUP" | "USER";
                    };
                    roles: {
                        /** @enum {string} */
                        builtIn?: "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root";
                        /** @default [] */
                        custom?: string[];
                        /** @default [] */
                        privileges?: {
                            collection?: string;
                            database: string;
                            /** @enum {string} */
                            role: "read" | "readWrite" | "dbAdmin" | "dbOwner" | "userAdmin" | "atlasAdmin" | "readAnyDatabase" | "readWriteAnyDatabase" | "dbAdminAnyDatabase" | "userAdminAnyDatabase" | "clusterAdmin" | "clusterManager" | "clusterMonitor" | "hostManager" | "enableSharding" | "backup" | "restore" | "root";
                        }[];
                    };
                    /** @default {} */
                    scope?: {
                        clusterIds?: string[];
                    };
                    /**
                     * Format: date-time
                     * @example 2026-11-25T18:00:00.000Z
                     */
                    startsAt?: string;
                    ticket?: {
                        approver?: string;
                        key: string;
                        reason?: string;
                        requester?: string;
                        system: string;
                        /** Format: uri */
                        url?: string;
                    };
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "grt_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "projectId": "prj_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "text"
                     *       },
                     *       "roles": {
                     *         "builtIn": "atlasAdmin",
                     *         "custom": [],
                     *         "privileges": []
                     *       },
                     *       "scope": {
                     *         "clusterIds": [
                     *           "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *         ]
                     *       },
                     *       "status": "SCHEDULED",
                     *       "startsAt": "2026-11-25T18:00:00.000Z",
                     *       "expiresAt": "2026-11-25T18:00:00.000Z",
                     *       "remainingSeconds": 0,
                     *       "endedAt": "2026-11-25T18:00:00.000Z",
                     *       "endReason": "EXPIRED",
                     *       "onEnd": "DROP_AND_END_SESSIONS",
                     *       "ticket": {
                     *         "system": "text",
                     *         "key": "text",
                     *         "url": "https://acme.com",
                     *         "requester": "text",
                     *         "approver": "text",
                     *         "reason": "text"
                     *       },
                     *       "createdBy": "text",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "PENDING",
                     *           "since": "2026-11-25T18:00:00.000Z",
                     *           "removedAt": "2026-11-25T18:00:00.000Z",
                     *           "lagMs": 0,
                     *           "detail": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Grant"] | components["schemas"]["DryRun"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            409: components["responses"]["409.idempotency-key-in-progress.too-many-live-grants.version-conflict"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.idempotency-key-reused.identity-provider-not-connected.invalid-body"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rev_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "reason": "text",
                     *       "incident": {
                     *         "system": "text",
                     *         "key": "text"
                     *       },
                     *       "status": "PROPAGATING",
                     *       "effectiveAt": "2026-11-25T18:00:00.000Z",
                     *       "finishedAt": "2026-11-25T18:00:00.000Z",
                     *       "createdBy": "text",
                     *       "clusters": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "PENDING",
                     *           "at": "2026-11-25T18:00:00.000Z",
                     *           "lagMs": null,
                     *           "nodes": [
                     *             {
                     *               "host": "text",
                     *               "state": "text"
                     *             }
                     *           ],
                     *           "detail": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Revocation"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
            429: components["responses"]["429.rate-limited"];
            500: components["responses"]["500.internal"];
            503: components["responses"]["503.unavailable"];
        };
    };
    listRevocationClusters: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: string;
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "clusterId": "cls_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *           "state": "PENDING",
                     *           "at": "2026-11-25T18:00:00.000Z",
                     *           "lagMs": null,
                     *           "nodes": [
                     *             {
                     *               "host": "text",
                     *               "state": "text"
                     *             }
                     *           ],
                     *           "detail": null
                     *         }
                     *       ],
                     *       "nextCursor": "text"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["RevocationCluster"][];
                        /** @description Give it to `cursor` for the next page; absent on the last one. */
                        nextCursor?: string;
                    };
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                    /** @description Of the item. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rbd_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "createdAt": "2026-11-25T18:00:00.000Z",
                     *       "updatedAt": "2026-11-25T18:00:00.000Z",
                     *       "etag": "\"1\"",
                     *       "federationId": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "identityProviderId": "idp_01JDG3ZV8WQK2M5N7P9R1T3V5X",
                     *       "principal": {
                     *         "type": "GROUP",
                     *         "name": "text"
                     *       },
                     *       "role": "OWNER",
                     *       "scope": {
                     *         "type": "FEDERATION",
                     *         "id": "fed_01JDG3ZV8WQK2M5N7P9R1T3V5X"
                     *       },
                     *       "createdBy": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["RoleBinding"];
                };
            };
            400: components["responses"]["400.invalid-json.invalid-query"];
            401: components["responses"]["401.unauthenticated"];
            403: components["responses"]["403.forbidden.no-role-binding"];
            404: components["responses"]["404.not-found"];
            413: components["responses"]["413.payload-too-large"];
            415: components["responses"]["415.unsupported-media-type"];
            422: components["responses"]["422.invalid-body"];
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
                     *       "dryRun": true
                     *     }
                     */
                    "application/json": components["schemas"]["DryRun"];
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
                     *       "issuer": "text",
                     *       "clientId": null,
                     *       "scopes": [
                     *         "text"
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
}
