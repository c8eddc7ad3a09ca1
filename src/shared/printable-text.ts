/**
 * Characters that may not be printed on a certificate whatever the font (E63).
 * Whether a font has a glyph for the others is asked where fonts are known.
 */

type UnprintableKind =
  | 'control'
  | 'lost'
  | 'placeholder'
  | 'lone-surrogate'
  | 'private-use'
  | 'noncharacter'
  | 'bidi-control'
  | 'variation-selector'
  | 'invisible'
  | 'odd-space'

export type Unprintable = {
  /** `U+200B` */
  readonly codePoint: string
  /** Counted in characters (code points), the first is 1. */
  readonly position: number
  readonly kind: UnprintableKind
}

// The first that matches names the kind, so the special ones stand before the general ones.
const KINDS: readonly (readonly [UnprintableKind, RegExp])[] = [
  ['control', /^[\p{Cc}\p{Zl}\p{Zp}]$/u],
  ['lost', /^\uFFFD$/u],
  // What other programs show where they had no character: a certificate never shows an empty box.
  ['placeholder', /^[\uFFFC\u25A1\u3013]$/u],
  ['lone-surrogate', /^\p{Cs}$/u],
  ['private-use', /^\p{Co}$/u],
  ['noncharacter', /^\p{Noncharacter_Code_Point}$/u],
  ['bidi-control', /^\p{Bidi_Control}$/u],
  ['variation-selector', /^\p{Variation_Selector}$/u],
  // U+2800 (empty Braille pattern) is a symbol to Unicode and white paper to the reader.
  ['invisible', /^[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]$/u],
  ['odd-space', /^(?![ \u3000])\p{Zs}$/u],
]

const SUSPECT =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cf}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\uFFFC\uFFFD\u25A1\u3013\u2800]|(?![ \u3000])\p{Zs}/u

/** The first character that may not be printed, or undefined. Ordinary and ideographic spaces may. */
export function findUnprintable(text: string): Unprintable | undefined {
  if (!SUSPECT.test(text)) return undefined
  let position = 0
  for (const character of text) {
    position += 1
    const kind = KINDS.find(([, form]) => form.test(character))?.[0]
    if (kind !== undefined) return { codePoint: codePointName(character), position, kind }
  }
  return undefined
}

/** `U+200B`, `U+20BB7`: the first character of a text as Unicode names it. */
export function codePointName(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}

const EXPLANATIONS: Readonly<Record<UnprintableKind, string>> = {
  control: '控制字元（如定位、換行），請刪除',
  lost: '轉碼時遺失的字，請補上原字並存成 UTF-8',
  placeholder: '缺字的代替符號，請改成正確的字',
  'lone-surrogate': '不完整的字元，請重新輸入',
  'private-use': '造字區字元，請改用 Unicode 正式收錄的字',
  noncharacter: '不是字元的編碼，請刪除',
  'bidi-control': '看不見的文字方向控制字元，請刪除',
  'variation-selector': '看不見的異體字選擇字元，請刪除',
  invisible: '看不見的字元，請刪除',
  'odd-space': '特殊空白，請改成一般空白',
}

/** What is wrong and what to do, for the person who made the file. */
export function explainUnprintable(found: Unprintable): string {
  return `第 ${found.position} 個字元 ${found.codePoint} 不能印在證書上：${EXPLANATIONS[found.kind]}`
}
