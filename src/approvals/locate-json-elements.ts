export type ElementPlace = {
  /** Counted as an editor does, the first is 1. */
  readonly line: number
  /** A key that stands twice in this object: JSON.parse would silently keep the last. */
  readonly repeatedKey: string | null
}

/**
 * Where the elements of the outermost array start, which JSON.parse does not tell.
 * Only for a text that JSON.parse has accepted as an array: nothing is checked here.
 */
export function locateElements(text: string): ElementPlace[] {
  const places: { line: number; repeatedKey: string | null }[] = []
  let keys = new Set<string>()
  let line = 1
  let depth = 0
  let awaitsElement = false

  function startValue(): void {
    if (depth !== 1 || !awaitsElement) return
    awaitsElement = false
    places.push({ line, repeatedKey: null })
    keys = new Set()
  }

  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!
    if (character === '\n' || character === '\r') {
      if (character === '\r' || text[at - 1] !== '\r') line += 1
    } else if (character === '"') {
      startValue()
      const end = endOfString(text, at)
      if (depth === 2 && isKey(text, end)) {
        const key = JSON.parse(text.slice(at, end)) as string
        if (keys.has(key)) places.at(-1)!.repeatedKey ??= key
        keys.add(key)
      }
      at = end - 1
    } else if (character === '[' || character === '{') {
      startValue()
      depth += 1
      if (depth === 1) awaitsElement = true
    } else if (character === ']' || character === '}') {
      depth -= 1
    } else if (character === ',') {
      if (depth === 1) awaitsElement = true
    } else if (character !== ' ' && character !== '\t') {
      startValue()
    }
  }
  return places
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function isKey(text: string, end: number): boolean {
  let at = end
  while (' \t\r\n'.includes(text[at] ?? 'x')) at += 1
  return text[at] === ':'
}
