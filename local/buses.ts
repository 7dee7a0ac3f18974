/** The template's event buses: nothing listens on one machine, so what they get is kept to be looked at. */
import * as z from 'zod';
import type { Resolve } from './identities.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const Bus = z.strictObject({ Name: z.string(), Description: z.string().optional() });

/** @returns their names; functions name a bus by its `Ref` */
export const busesOf = (template: Template, resolve: Resolve): ReadonlySet<string> =>
  new Set(
    ofType(template, 'AWS::Events::EventBus').map(([logicalId, { Properties }]) => {
      propertiesOf(Bus, logicalId, resolve(Properties));
      return z.string().parse(resolve({ Ref: logicalId }));
    }),
  );
