/**
 * JSON with one form for one value: members sorted by UTF-16 code units, no white space (RFC 8785). Numbers are those
 * of JavaScript, as the RFC asks.
 * @throws TypeError for what JSON has no form for (undefined, functions, NaN, bigint)
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
  }
  const isNumber = typeof value === 'number'
  if (value !== null && !['string', 'boolean', 'number'].includes(typeof value)) {
    throw new TypeError(`JSON has no form for ${typeof value}`)
  }
  if (isNumber && !Number.isFinite(value)) throw new TypeError(`JSON has no form for ${value}`)
  return JSON.stringify(value)
}
