/**
 * Puts values into `{name}` places.
 * @throws Error when a place has no value
 */
export function fillPattern(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the pattern «${pattern}» has no value for {${name}}`)
    return value
  })
}
