type Closer = () => Promise<void>

/**
 * Closes in the reverse order of opening; what fails to close does not keep the others open.
 * @throws AggregateError of what failed
 */
export async function closeAll(open: Closer[]): Promise<void> {
  const failures: unknown[] = []
  for (let close = open.pop(); close !== undefined; close = open.pop()) {
    await close().catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed')
}

/** Closes what may be closed in any order, without one waiting for another. @throws AggregateError of what failed */
export async function closeTogether(open: readonly Closer[]): Promise<void> {
  const closing = await Promise.allSettled(open.map((close) => close()))
  const failures = closing.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed')
}
