/** Identifiers that stand in for those of the tenants whose documents were recorded. */
export const TENANT = '11111111-2222-3333-4444-555555555555';
export const APPLICATION = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';
