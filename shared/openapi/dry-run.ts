/** What a dry run answers with: the normal view without what a thing has only once it exists (`dispatch.ts`). Pure. */
import * as z from 'zod';
import { NOT_IN_A_DRY_RUN } from '../api/dry-run.ts';
import { COMPONENT, type Components, type Json } from './schemas.ts';

const View = z.object({
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()).default([]),
});
const isShown = (name: string): boolean => !NOT_IN_A_DRY_RUN.has(name);
const nameOf = ({ $ref }: Json): string => String($ref).slice(COMPONENT.length);
const viewOf = (components: Components, reference: Json) => View.parse(components.schemas.get(nameOf(reference)));

/** A reference to the dry run of the view, which becomes a component. @param reference to the view */
export function addDryRun(components: Components, reference: Json): Json {
  const { properties, required } = viewOf(components, reference);
  const name = `${nameOf(reference)}DryRun`;
  components.schemas.set(name, {
    type: 'object',
    description: 'What it would come to: nothing was stored.',
    properties: {
      dryRun: { type: 'boolean', const: true },
      ...Object.fromEntries(Object.entries(properties).filter(([one]) => isShown(one))),
    },
    required: ['dryRun', ...required.filter(isShown)],
  });
  return { $ref: COMPONENT + name };
}

export const exampleOfDryRun = (example: unknown): Json => ({
  dryRun: true,
  ...Object.fromEntries(Object.entries(Object(example)).filter(([name]) => isShown(name))),
});

/** Whether answers of this view carry the header. */
export const hasEtag = (components: Components, reference: Json): boolean =>
  viewOf(components, reference).required.includes('etag');
