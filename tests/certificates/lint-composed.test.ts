import { describe, expect, test } from 'vitest'
import type { Composed } from '../../src/certificates/compose-certificate.ts'
import { LintError, lintComposed } from '../../src/certificates/lint-composed.ts'
import { qrMatrix } from '../../src/certificates/template/qr-path.ts'
import { compose, contentOf } from './composing.ts'

const composed = compose(contentOf({ name: '陳𠮷祥', nameEn: 'CHEN, CHI-HSIANG' }))

/** the top row of the finder pattern in the upper left corner: seven modules, after the quiet zone */
const TOP = qrMatrix(composed.content.address).size + 3
const FINDER = new RegExp(`^4 ${TOP} 7 1 re$`, 'm')

/** The same file with one thing in it changed, every other byte at its place: both texts are equally long. */
function spoilt(find: RegExp, replace: (found: string) => string): Composed {
  const text = composed.bytes.toString('latin1')
  const match = find.exec(text)
  if (match === null) throw new Error(`there is no ${find}`)
  const by = replace(match[0])
  if (by.length !== match[0].length) throw new Error(`«${by}» is not as long as «${match[0]}»`)
  const bytes = Buffer.from(text.slice(0, match.index) + by + text.slice(match.index + match[0].length), 'latin1')
  return { ...composed, bytes }
}

/** White, as long as the colour that was there. */
function white(found: string): string {
  return `1 1 1 rg\n`.padStart(found.length, '0')
}

test('a certificate as composed passes', () => {
  expect(() => lintComposed(composed)).not.toThrow()
})

describe('what is never signed (pdf.md, Pre-issuance lint)', () => {
  test.each<[string, RegExp, (found: string) => string, RegExp]>([
    [
      'a glyph whose ToUnicode gives another character',
      /<0001> <[0-9A-F]{4}>\n/,
      () => '<0001> <4E00>\n',
      /does not show its data/,
    ],
    [
      'a character of plane 2 whose ToUnicode lost its half',
      /<D842DFB7>/,
      () => '<D842DFB6>',
      /does not show its data/,
    ],
    ['a ToUnicode entry of an odd length', /<D842DFB7>/, () => '<D842DF>  ', /does not show its data/],
    [
      'a code that shows another glyph',
      /<0001[0-9A-F]*> Tj/,
      (found) => found.replace('0001', '0002'),
      /does not show its data/,
    ],
    ['a field that shows nothing', /<[0-9A-F]{4,}> Tj/, (found) => found.replace('Tj', 'TJ'), /does not show its data/],
    ['a QR code with one row of modules moved', FINDER, () => `5 ${TOP} 7 1 re`, /QR code/],
    ['a QR code with a rectangle of two rows', FINDER, () => `4 ${TOP} 7 2 re`, /QR code/],
    ['a QR code with a rectangle outside', FINDER, () => '4 90 7 1 re', /QR code/],
    ['a QR code with a rectangle that is no integer', FINDER, () => '4 4. 7 1 re', /QR code/],
    ['a QR code in white', /[\d. ]+ rg\n(?=[\d.]+ 0 0 [\d.]+ [\d.]+ [\d.]+ cm\n4 )/, white, /dark and square/],
    [
      'a QR code of no size',
      /[\d.]+ 0 0 [\d.]+(?= [\d.]+ [\d.]+ cm\n4 )/,
      (found) => '0 0 0 0'.padEnd(found.length, '0'),
      /dark and square/,
    ],
    ['a QR code with something else drawn', FINDER, (found) => '0 0 m 9 9 l'.padEnd(found.length), /QR code/],
    ['a QR code whose rectangles are not filled', /re\nf\nendstream/, () => 're\nn\nendstream', /QR code/],
    ['a font that is not embedded', /\/Length1 \d/, () => '/Length1 0', /not embedded/],
    ['a font without its program', /\/StemV 80\/FontFile2 /, () => '/StemV 80/FontFilex ', /cross-reference/],
    ['no output intent', /\/OutputIntents/, () => '/OutputIntentx', /no \/OutputIntents/],
    ['no structure', /\/StructTreeRoot/, () => '/StructTreeRoox', /no \/StructTreeRoot/],
    ['no language', /\/Lang /, () => '/Lanx ', /no \/Lang/],
    ['no certification', /\/Perms/, () => '/Permx', /no \/Perms/],
    ['no attachment', /\/AF \[/, () => '/AX [', /no \/AF/],
    ['two pages', /\/Count 1/, () => '/Count 2', /one page/],
    ['the token of another certificate in the XMP', /<dcert:token>0/, () => '<dcert:token>1', /token/],
    ['an XMP that says another conformance', /<pdfaid:conformance>A/, () => '<pdfaid:conformance>B', /PDF\/A-3a/],
    [
      'an offset of the cross-reference table that is wrong',
      /\n00000000(\d\d) 00000 n/,
      (found) => found.replace(/\d/, '9'),
      /cross-reference/,
    ],
    ['a startxref that points elsewhere', /startxref\n\d/, () => 'startxref\n0', /cross-reference/],
    ['an end that is cut', /%%EOF\n$/, () => '%%EOF ', /startxref/],
  ])('%s', (_, find, replace, message) => {
    const bad = spoilt(find, replace)
    expect(() => lintComposed(bad)).toThrow(LintError)
    expect(() => lintComposed(bad)).toThrow(message)
  })

  test('an offset of any object is looked at, also of those that nothing else is read from', () => {
    const text = composed.bytes.toString('latin1')
    const table = text.lastIndexOf('xref\n0 ')
    const inUse = [...text.slice(table).matchAll(/\d{10} 00000 n/g)]
    expect(inUse.length).toBeGreaterThan(20)
    for (const { index } of inUse) {
      const bytes = Buffer.from(composed.bytes)
      bytes.write('9', table + index, 'latin1')
      expect(() => lintComposed({ ...composed, bytes })).toThrow(LintError)
    }
  })

  test('the data of another certificate: its name, its address', () => {
    const other = compose(contentOf({ name: '陳吉祥', nameEn: null }))
    expect(() => lintComposed({ ...composed, texts: other.texts })).toThrow(/field name does not show its data/)
    const elsewhere = { ...composed.content, address: 'https://evil.example/c/0123456789ABCDEFGHJKMNPQRS' }
    expect(() => lintComposed({ ...composed, content: elsewhere })).toThrow(/QR code/)
    const anotherCase = { ...composed.content, case: { ...composed.content.case, idNumber: 'L220000017' } }
    expect(() => lintComposed({ ...composed, content: anotherCase })).toThrow(/attachment/)
  })

  test('a text that has lost a space, and one in another order', () => {
    for (const name of ['陳 𠮷祥', '陳𠮷 祥', '祥𠮷陳']) {
      const texts = { ...composed.texts, name }
      expect(() => lintComposed({ ...composed, texts })).toThrow(/field name/)
    }
  })
})
