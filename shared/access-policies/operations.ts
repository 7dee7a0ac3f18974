import { operation } from '../api/operation.ts';
import { AccessPolicyReplacement } from './schema.ts';
import { AccessPolicyView } from './view-schema.ts';

const PATH = '/v1/projects/{projectId}/access-policy';

export const getAccessPolicy = operation({
  id: 'getAccessPolicy',
  tag: 'Access policies',
  summary: 'Read the access policy of a project',
  method: 'GET',
  path: PATH,
  action: 'access-policy.read',
  status: 200,
  answer: AccessPolicyView,
});

export const replaceAccessPolicy = operation({
  id: 'replaceAccessPolicy',
  tag: 'Access policies',
  summary: 'Replace the access policy of a project',
  description:
    'The first rule that matches holds. While there are rules, a grant that none matches is refused; while there are none, every grant is taken. A rule matches when all of the grant’s principal, roles and clusters lie inside it; one that names roles of any kind is about no others. It counts for grants and extensions from now on: grants that run go on.',
  method: 'PUT',
  path: PATH,
  action: 'access-policy.write',
  status: 200,
  body: AccessPolicyReplacement,
  answer: AccessPolicyView,
});
