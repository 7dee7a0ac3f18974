/** Where items are: those in use as objects, those that rest packed outside the heap, since a month writes millions. */
import { deserialize, serialize } from 'node:v8';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Attributes = Record<string, AttributeValue>;

export interface Slot {
  item: Attributes | undefined;
  packed: Buffer | undefined;
  isUsed: boolean;
}

const SLAB_BYTES = 32 * 1024 * 1024;
/** Slots that are looked over at a time; what nobody has used since the last time is packed. */
const LOOKED_OVER = 100_000;

export class Shelf {
  #slab = Buffer.alloc(0);
  #filled = 0;
  #open: Slot[] = [];
  #limit = LOOKED_OVER;

  put(slot: Slot, item: Attributes): void {
    const isOpen = slot.item !== undefined;
    slot.item = item;
    slot.packed = undefined;
    slot.isUsed = true;
    if (!isOpen) this.#opened(slot);
  }

  get(slot: Slot): Attributes {
    slot.isUsed = true;
    if (slot.item) return slot.item;
    if (!slot.packed) throw new Error('read after it was thrown away');
    const item: Attributes = deserialize(slot.packed);
    slot.item = item;
    slot.packed = undefined;
    this.#opened(slot);
    return item;
  }

  throwAway(slot: Slot): void {
    slot.item = undefined;
    slot.packed = undefined;
  }

  #opened(slot: Slot): void {
    this.#open.push(slot);
    if (this.#open.length < this.#limit) return;
    this.#open = this.#open.filter((each) => {
      if (!each.item) return false;
      if (!each.isUsed) this.#pack(each, each.item);
      each.isUsed = false;
      return each.item !== undefined;
    });
    this.#limit = this.#open.length + LOOKED_OVER;
  }

  #pack(slot: Slot, item: Attributes): void {
    const bytes = serialize(item);
    if (this.#filled + bytes.length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#filled = 0;
    }
    slot.packed = this.#slab.subarray(this.#filled, this.#filled + bytes.length);
    bytes.copy(slot.packed);
    this.#filled += bytes.length;
    slot.item = undefined;
  }
}
