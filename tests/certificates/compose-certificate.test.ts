import { PDFDict, PDFDocument, PDFHexString, PDFName, type PDFRawStream, type PDFRef } from 'pdf-lib'
import { describe, expect, test } from 'vitest'
import type { ApprovedCase } from '../../src/approvals/approved-case.ts'
import { fullNumber } from '../../src/certificates/certificate-content.ts'
import { lintComposed } from '../../src/certificates/lint-composed.ts'
import { compose, contentOf, sampleCases } from './composing.ts'

const LANGUAGES = ['zh-TW', 'en'] as const
const TANGUT = '149960'
const LONGEST_SCHOOL = sampleCases().find(({ number }) => number === '141337')!.school

describe('composing is pure (E20, E66)', () => {
  test('the same content gives the same bytes', () => {
    expect(compose(contentOf()).bytes.equals(compose(contentOf()).bytes)).toBe(true)
  })

  test.each([
    ['token', { token: '1123456789ABCDEFGHJKMNPQRS' }],
    ['version', { version: 2 }],
    ['mark', { mark: 'replacement' }],
    ['time', { composedAt: '2026-08-03T02:00:01Z' }],
    ['minister', { minister: '甄樹人' }],
  ] as const)('another %s gives other bytes', (_, changes) => {
    expect(compose(contentOf({}, changes)).bytes.equals(compose(contentOf()).bytes)).toBe(false)
  })
})

describe.each(LANGUAGES)('every case of the sample, language %s', (language) => {
  test.each(sampleCases().map((one) => [one.name, fullNumber(one), one] as const))(
    '%s %s composes, passes the lint and opens as one page (§2.11, E62)',
    async (name, _, of) => {
      const content = contentOf(of, { language })
      if (of.number === TANGUT && language === 'zh-TW') {
        // E63: field and character by name; the row is added by the import.
        expect(() => compose(content)).toThrow(/「姓名」的字元「𗼇」\(U\+17F07\)/)
        return
      }
      const composed = compose(content)
      lintComposed(composed)
      expect(composed.texts.name).toBe(language === 'en' ? (of.nameEn ?? name) : name)
      const document = await PDFDocument.load(composed.bytes, { updateMetadata: false })
      expect(document.getPageCount()).toBe(1)
    },
  )
})

test('an ordinary certificate takes no more than 100 KB', () => {
  for (const of of sampleCases().filter(({ number, school }) => number !== TANGUT && school !== LONGEST_SCHOOL)) {
    expect(compose(contentOf(of)).bytes.length).toBeLessThanOrEqual(100_000)
  }
})

describe('what stands on the page', () => {
  test('in Chinese: number in full, name, statement, dates of the Republic (§2.11)', () => {
    expect(compose(contentOf()).texts).toMatchObject({
      number: '教字第149903號',
      name: '林堃煊',
      statement: '經國立玉藻大學送審，合於教授資格',
      idNumber: 'A123456707',
      birthDate: '民國65年1月2日',
      sex: '男',
      seniorityFrom: '民國113年8月',
      issuedOn: '中華民國一百一十四年二月二十五日',
      category: '專門著作-學術',
    })
  })

  test('in English: the English names, and the Chinese ones where there are none (E62)', () => {
    const english = { nameEn: 'LIN, KUN-HSUAN', schoolEn: 'National Yuzao University' }
    expect(compose(contentOf(english, { language: 'en' })).texts).toMatchObject({
      number: 'No. 教字第149903號',
      name: 'LIN, KUN-HSUAN',
      school: 'National Yuzao University',
      rank: 'Professor',
      sex: 'Male',
      issuedOn: '25 February 2025',
    })
    expect(compose(contentOf({ nameEn: 'LIN' }, { language: 'en' })).texts.school).toBe('國立玉藻大學')
  })

  test.each([
    ['zh-TW', 'replacement', '（換發）'],
    ['zh-TW', 'reissue', '（補發）'],
    ['en', 'replacement', '(Replacement)'],
  ] as const)('a %s %s bears its mark, a first issue none (§2.11)', (language, mark, words) => {
    const fields = (one: ReturnType<typeof compose>) => one.template.fields.map(({ element }) => element.field)
    const marked = compose(contentOf({}, { language, mark }))
    expect(fields(marked)).toContain('mark')
    expect(marked.texts.mark).toBe(words)
    expect(fields(compose(contentOf({}, { language })))).not.toContain('mark')
  })

  test('審查類別 is left out when the case has none', () => {
    const fields = (of: Partial<ApprovedCase>) =>
      compose(contentOf(of)).template.fields.map(({ element }) => element.field)
    expect(fields({})).toContain('category')
    expect(fields({ category: null })).not.toContain('category')
  })

  test.each([
    ['A123456707', 'national'],
    ['FC00000017', 'resident'],
    ['A800001235', 'resident'],
  ])('%s is called what it is: %s', (idNumber, kind) => {
    const head = (id: string) => compose(contentOf({ idNumber: id })).sharedHead
    expect(head(idNumber).equals(head('A123456707'))).toBe(kind === 'national')
  })

  test('a name too long for its place is refused, naming the field (pdf.md: no field overflow)', () => {
    expect(() => compose(contentOf({ name: '巴'.repeat(90) }))).toThrow(/「姓名」太長/)
    expect(() => compose(contentOf({ school: LONGEST_SCHOOL.repeat(3).slice(0, 100) }))).toThrow(/「送審學校」太長/)
  })
})

describe('what the file carries beside the page', () => {
  const content = contentOf(
    { nameEn: 'LIN, KUN-HSUAN', email: 'kunhsuan.lin@example.org' },
    { version: 3, mark: 'replacement' },
  )
  const composed = compose(content)

  test('the data of the case as attachment, AFRelationship Data, and nothing that is not printed (I30)', async () => {
    const document = await PDFDocument.load(composed.bytes, { updateMetadata: false })
    const [file] = document.context
      .enumerateIndirectObjects()
      .flatMap(([, one]) => (one instanceof PDFDict && one.has(PDFName.of('AFRelationship')) ? [one] : []))
    expect(file?.get(PDFName.of('AFRelationship'))).toBe(PDFName.of('Data'))
    const stream = document.context.lookup(file!.lookup(PDFName.of('EF'), PDFDict).get(PDFName.of('F')) as PDFRef)
    const data = JSON.parse(Buffer.from((stream as PDFRawStream).contents).toString('utf8'))
    expect(data).toMatchObject({
      format: 'dcert-certificate/1',
      number: '教字第149903號',
      documentNumber: '1140018806',
      name: '林堃煊',
      idNumber: 'A123456707',
      version: 3,
      mark: 'replacement',
      rank: 'professor',
      issuedOn: '2025-02-25',
      address: content.address,
    })
    expect(composed.bytes.includes('kunhsuan.lin@example.org')).toBe(false)
  })

  test('XMP and Info say the same, and what verification looks for: kind, number, version, token', async () => {
    const xmp = composed.bytes.toString('utf8')
    const [title] = /<dc:title>.*?>([^<]+)<\/rdf:li>/.exec(xmp)?.slice(1) ?? []
    const document = await PDFDocument.load(composed.bytes, { updateMetadata: false })
    expect(title).toBe('教育部專科以上學校教師證書 教字第149903號')
    expect(document.getTitle()).toBe(title)
    expect(document.getCreationDate()?.toISOString()).toBe('2026-08-03T02:00:00.000Z')
    expect(xmp).toContain('<xmp:CreateDate>2026-08-03T02:00:00Z</xmp:CreateDate>')
    for (const [name, value] of [
      ['kind', 'certificate'],
      ['number', '教字第149903號'],
      ['version', '3'],
      ['token', content.token],
    ]) {
      expect(xmp).toContain(`<dcert:${name}>${value}</dcert:${name}>`)
    }
  })

  test('room for a signature that covers everything else, PAdES, no change permitted (DocMDP P 1)', async () => {
    const { bytes, placeholder } = composed
    expect(bytes.toString('latin1', placeholder.byteRange - 11, placeholder.byteRange)).toBe('/ByteRange[')
    expect(bytes[placeholder.contents]).toBe('<'.charCodeAt(0))
    const document = await PDFDocument.load(bytes, { updateMetadata: false })
    const [signature] = document.context
      .enumerateIndirectObjects()
      .flatMap(([, one]) => (one instanceof PDFDict && one.get(PDFName.of('Type')) === PDFName.of('Sig') ? [one] : []))
    expect(signature?.get(PDFName.of('SubFilter'))).toBe(PDFName.of('ETSI.CAdES.detached'))
    expect(signature?.lookup(PDFName.of('Contents'))).toBeInstanceOf(PDFHexString)
    expect(String(signature?.get(PDFName.of('Reference')))).toMatch(/\/DocMDP[\s\S]*\/P 1/)
  })

  test('no JavaScript, no encryption, no address outside but those printed (pdf.md, Conformance)', () => {
    const text = composed.bytes.toString('latin1')
    for (const forbidden of ['/JavaScript', '/JS ', '/Encrypt', '/Launch', '/URI', '/OpenAction', '/AA']) {
      expect(text).not.toContain(forbidden)
    }
  })
})
