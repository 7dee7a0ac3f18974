/** The event bus: EventBridge, where the account's owner attaches rules of their own. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { OutgoingEvent } from '../platform/event-item.ts';
import { cloudEventText, typeOf } from './cloud-event.ts';

/** What rules match by: `{"source": ["sallyport"], "detail-type": ["sallyport.grant.created"]}`. */
const SOURCE = 'sallyport';

/** @throws when the bus has not taken it: PutEvents answers 200 for what it refuses, too */
export type Publish = (event: OutgoingEvent) => Promise<void>;

export const busOn =
  (client: EventBridgeClient, busName: string): Publish =>
  async (event) => {
    const { Entries, FailedEntryCount } = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: busName,
            Source: SOURCE,
            DetailType: typeOf(event.type),
            Time: new Date(event.at),
            Detail: cloudEventText(event),
          },
        ],
      }),
    );
    if (FailedEntryCount === 0) return;
    const [refused] = Entries ?? [];
    throw new Error(`the bus refused ${event.id}: ${refused?.ErrorCode} ${refused?.ErrorMessage}`);
  };
