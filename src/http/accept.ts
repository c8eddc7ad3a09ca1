/** The weight an Accept header gives to a type: the most exact range counts (RFC 9110, 12.5.1). */
function weightOf(header: string, type: string): number {
  const ranges = header.split(',').map((range) => {
    const [name = '', ...parameters] = range.split(';').map((piece) => piece.trim().toLowerCase())
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    return { name, q: q === undefined ? 1 : Number(q.slice(2)) || 0 }
  })
  for (const name of [type, `${type.split('/')[0]}/*`, '*/*']) {
    const found = ranges.find((range) => range.name === name)
    if (found) return found.q
  }
  return 0
}

/** Whether a person with a browser asks: it names text/html, and nothing of JSON before it. */
export function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined || !accept.toLowerCase().includes('text/html')) return false
  const weight = weightOf(accept, 'text/html')
  const named = (type: string) => (accept.toLowerCase().includes(type) ? weightOf(accept, type) : 0)
  return weight > 0 && weight >= named('application/json') && weight >= named('application/problem+json')
}
