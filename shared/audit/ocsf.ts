/**
 * An audit event in the Open Cybersecurity Schema Framework, version 1.3.0, class API Activity
 * (https://schema.ocsf.io/1.3.0/classes/api_activity). Pure.
 */
import type { AuditEvent } from '../platform/audit-item.ts';

const CATEGORY = { category_uid: 6, category_name: 'Application Activity' };
const CLASS = { class_uid: 6003, class_name: 'API Activity' };
const OCSF_VERSION = '1.3.0';
export const PRODUCT = { name: 'Sallyport', vendor_name: 'Sallyport', uid: 'sallyport', version: '0.1.0' };

/** By what was there before and after: no list of our own words has to be kept. */
function activityOf({ before, after }: AuditEvent): { activity_id: number; activity_name: string } {
  if (before === null && after === null) return { activity_id: 99, activity_name: 'Other' };
  if (before === null) return { activity_id: 1, activity_name: 'Create' };
  return after === null ? { activity_id: 4, activity_name: 'Delete' } : { activity_id: 3, activity_name: 'Update' };
}

/** A person, or what calls for itself: OCSF 1.3 has no type for a service account. */
function userOf({ actor }: AuditEvent) {
  if (actor.type === 'SYSTEM') return { uid: actor.id, type: 'System', type_id: 3 };
  const name = actor.subject === undefined ? {} : { name: actor.subject };
  if (actor.id.startsWith('idp_')) return { uid: actor.id, ...name, type: 'User', type_id: 1 };
  return { uid: actor.id, ...name, type: 'Caller', type_id: 99 };
}

export function ocsfOf(event: AuditEvent) {
  const activity = activityOf(event);
  return {
    ...CATEGORY,
    ...CLASS,
    ...activity,
    type_uid: CLASS.class_uid * 100 + activity.activity_id,
    type_name: `${CLASS.class_name}: ${activity.activity_name}`,
    time: event.at,
    severity_id: 1,
    severity: 'Informational',
    status_id: 1, // only what has happened is audited
    status: 'Success',
    metadata: {
      version: OCSF_VERSION,
      product: PRODUCT,
      uid: event.id,
      correlation_uid: event.correlationId,
      tenant_uid: event.federationId,
      log_name: 'audit',
    },
    actor: { user: userOf(event), ...(event.actor.type === 'SYSTEM' && { app_name: 'Sallyport' }) },
    api: {
      operation: event.action,
      service: { name: 'Sallyport' },
      request: { uid: event.correlationId },
    },
    resources: [{ uid: event.resource.id, type: event.resource.type }],
    src_endpoint: event.source === null ? { name: 'Sallyport', svc_name: event.actor.id } : { ip: event.source },
    unmapped: { before: event.before, after: event.after },
  };
}
