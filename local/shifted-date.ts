/** Replaces this thread's `Date` by one that runs ahead by an offset, so that functions cannot tell. Timers stay real. */

/** @param offset its first element is read on every call, in ms */
export function shiftDate(offset: Float64Array): void {
  const RealDate = Date;
  const realNow = Date.now;
  const now = (): number => realNow() + (offset[0] ?? 0);
  RealDate.now = now;
  const ShiftedDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.prototype.constructor = ShiftedDate;
  globalThis.Date = ShiftedDate;
}
