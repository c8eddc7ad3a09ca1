import { deflateSync } from 'node:zlib'
import { latin1, type Objects, objectWith, type Revision, replaced, revised } from './edit-pdf.ts'
import { cmsBy } from './forge-cms.ts'
import { type Base, type Family, type HostileFile, hostile } from './hostile-file.ts'
import { objectsOf } from './pdf-parts.ts'
import { filled, signatureDictionary, stream } from './resign-pdf.ts'

const FORGED = 'BT /F1 24 Tf 100 500 Td (Professor FORGED NAME) Tj ET'

const USAGE_RIGHTS =
  '/Reference[<</Type/SigRef/TransformMethod/UR3/TransformParams<</Type/TransformParams/V/2.2/Form[/FillIn]>>>>]'
const FIELD_MDP =
  '/Reference[<</Type/SigRef/TransformMethod/FieldMDP/TransformParams<</Type/TransformParams/V/1.2/Action/All>>>>]'
const XFA = '<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template><subform name="FORGED"/></template></xdp:xdp>'

type Change = (base: Base) => Objects
const page = (base: Base, from: string, to: string): Objects => ({
  [base.parts.page]: objectWith(base, base.parts.page, from, to),
})
const catalog = (base: Base, from: string, to: string): Objects => ({
  [base.parts.root]: objectWith(base, base.parts.root, from, to),
})
const object = (base: Base, number: number): string => objectsOf(base.bytes).get(number)!

/**
 * Appended revisions: shadow attacks, evil annotations and other second thoughts (incremental saving).
 * One table of them all, hence the length of this file.
 */
const CHANGES: readonly (readonly [name: string, does: string, change: Change])[] = [
  ['replace-drawing', 'replaces the drawing of the page', (b) => ({ [b.parts.content]: stream('', FORGED) })],
  [
    'shadow-replace-form',
    'replaces the drawing of the field values (shadow attack: replace)',
    (b) => replaceForms(b, () => stream('/Type/XObject/Subtype/Form/BBox[0 0 595 842]', FORGED)),
  ],
  [
    'shadow-hide',
    'lays a white picture over the page (shadow attack: hide)',
    (b) => ({
      ...page(b, `/Contents ${b.parts.content} 0 R`, `/Contents [${b.parts.content} 0 R 120 0 R]`),
      120: stream('', '1 1 1 rg 0 0 595 842 re f'),
    }),
  ],
  [
    'shadow-hide-and-replace',
    'turns the tree of pages to a page that lay hidden (shadow attack: hide and replace)',
    (b) => ({ ...catalog(b, '/Pages 1 0 R', '/Pages 120 0 R'), ...forgedPages() }),
  ],
  ['shadow-fonts', 'gives the glyphs of the text another meaning and shape', (b) => replaceMaps(b)],
  [
    'evil-annotation-free-text',
    'a free-text annotation over the name (evil annotation attack)',
    (b) => annotated(b, '/Subtype/FreeText/DA(/Helv 24 Tf 0 g)/Contents(Professor FORGED NAME)'),
  ],
  [
    'evil-annotation-stamp',
    'a stamp over the page (evil annotation attack)',
    (b) => annotated(b, '/Subtype/Stamp/Name/Approved'),
  ],
  ['evil-annotation-redact', 'a redaction over the name', (b) => annotated(b, '/Subtype/Redact/IC[0 0 0]')],
  ['evil-annotation-ink', 'a drawing by hand', (b) => annotated(b, '/Subtype/Ink/InkList[[100 500 200 600]]')],
  [
    'annotation-link',
    'a link over the verification address to another site',
    (b) => annotated(b, '/Subtype/Link/A<</S/URI/URI(https://evil.example/)>>'),
  ],
  ['annotation-without-appearance', 'a hidden annotation without appearance', (b) => annotated(b, '/Subtype/Text/F 2')],
  ['form-field', 'a text field with a value', (b) => annotated(b, '/Subtype/Widget/FT/Tx/T(name)/V(FORGED NAME)')],
  [
    'javascript',
    'JavaScript that runs when the file is opened',
    (b) => catalog(b, '/Type /Catalog', '/Type /Catalog /OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>'),
  ],
  [
    'launch',
    'an action that starts a program',
    (b) => catalog(b, '/Type /Catalog', '/Type /Catalog /OpenAction<</S/Launch/F(calc.exe)>>'),
  ],
  [
    'more-pages',
    'a second page',
    (b) => ({ 1: `<</Type/Pages/Count 2/Kids[${b.parts.page} 0 R 121 0 R]>>`, 121: forgedPages()[121]! }),
  ],
  ['page-removed', 'no page at all', () => ({ 1: '<</Type/Pages/Count 0/Kids[]>>' })],
  [
    'page-box',
    'shows only a part of the page',
    (b) => page(b, '/MediaBox [0 0 595.28 841.89]', '/MediaBox [0 0 300 300]'),
  ],
  ['metadata', 'replaces the XMP', (b) => ({ [b.parts.metadata]: stream('/Type/Metadata/Subtype/XML', '<x/>') })],
  ['preview-mark', 'marks the certificate as a preview', (b) => ({ [b.parts.metadata]: previewMark() })],
  ['info', 'replaces the document information', (b) => ({ [b.parts.info]: '<</Title(Professor FORGED NAME)>>' })],
  [
    'attachment',
    'replaces the machine-readable data',
    (b) => ({ [b.parts.attachment]: stream('/Type/EmbeddedFile', '{"name":"FORGED"}') }),
  ],
  ['without-form', 'hides the signature: no form', (b) => catalog(b, '/AcroForm', '/AcroFork')],
  [
    'without-field',
    'hides the signature: a form without fields',
    (b) => catalog(b, `/Fields [${b.parts.field} 0 R]`, '/Fields []'),
  ],
  ['field-null', 'hides the signature: its field is null', (b) => ({ [b.parts.field]: 'null' })],
  ['field-free', 'hides the signature: its field is free', (b) => ({ [b.parts.field]: null })],
  ['signature-null', 'hides the signature: its dictionary is null', (b) => ({ [b.parts.signature]: 'null' })],
  ['signature-free', 'hides the signature: its dictionary is free', (b) => ({ [b.parts.signature]: null })],
  [
    'signature-empty',
    'a signature dictionary without Contents and ByteRange',
    (b) => ({ [b.parts.signature]: '<</Type/Sig/Filter/Adobe.PPKLite>>' }),
  ],
  [
    'signature-permits-changes',
    'the signature once more, permitting changes (DocMDP P 3)',
    (b) => ({ [b.parts.signature]: object(b, b.parts.signature).replace('/P 1/', '/P 3/') }),
  ],
  [
    'signature-twice',
    'a second field with the same signature',
    (b) => ({
      ...catalog(b, `/Fields [${b.parts.field} 0 R]`, `/Fields [${b.parts.field} 0 R 120 0 R]`),
      120: object(b, b.parts.field),
    }),
  ],
  ['without-certification', 'takes the certification away (Perms)', (b) => catalog(b, '/Perms', '/Permz')],
  [
    'validation-data',
    'validation data (DSS), which we append to nothing',
    (b) => catalog(b, '/Type /Catalog', '/Type /Catalog /DSS<</Certs[]>>'),
  ],
  [
    'usage-rights',
    'usage rights of Adobe Reader (UR3), as if ours permitted changes',
    (b) => ({
      ...catalog(b, '/Perms <<', '/Perms <</UR3 131 0 R '),
      131: signatureDictionary({ permission: null, more: USAGE_RIGHTS }),
    }),
  ],
  [
    'xfa',
    'an XFA form, which draws itself in place of the page',
    (b) => ({ ...catalog(b, '/AcroForm <<', '/AcroForm <</XFA 131 0 R '), 131: stream('', XFA) }),
  ],
  [
    'need-appearances',
    'NeedAppearances, and a text field that viewers draw by its value',
    (b) => ({
      ...catalog(b, '/AcroForm <<', '/AcroForm <</NeedAppearances true '),
      ...annotated(b, '/Subtype/Widget/FT/Tx/T(name)/DA(/Helv 24 Tf 0 g)/V(FORGED NAME)'),
    }),
  ],
  [
    'field-lock',
    'a lock on our signature field that leaves out everything (Lock, SigFieldLock)',
    (b) => ({
      [b.parts.field]: object(b, b.parts.field).replace('<<', '<</Lock<</Type/SigFieldLock/Action/Exclude/Fields[]>>'),
    }),
  ],
  [
    'portfolio',
    'makes it a portfolio that opens on another file (Collection)',
    (b) => ({
      ...catalog(b, '/Type /Catalog', '/Type /Catalog /Collection<</Type/Collection/View/D/D(forged.pdf)>>'),
      131: stream('/Type/EmbeddedFile/Subtype/application#2Fpdf', '%PDF-1.4 FORGED'),
    }),
  ],
  ['nothing', 'a revision that changes nothing', (b) => ({ [b.parts.info]: object(b, b.parts.info) })],
  ['no-object', 'a revision without any object', () => ({})],
]

function forgedPages(): Record<number, string> {
  return {
    120: '<</Type/Pages/Count 1/Kids[121 0 R]>>',
    121: '<</Type/Page/Parent 120 0 R/MediaBox[0 0 595 842]/Contents 122 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>',
    122: stream('/Filter/FlateDecode', deflateSync(FORGED)),
  }
}

function annotated(base: Base, entries: string): Objects {
  const annotation = `<</Type/Annot/Rect[90 400 500 600]/P ${base.parts.page} 0 R${entries}>>`
  return {
    ...page(base, `/Annots [${base.parts.field} 0 R]`, `/Annots [${base.parts.field} 0 R 130 0 R]`),
    130: annotation,
  }
}

function replaceForms(base: Base, make: () => string): Objects {
  const forms = [...objectsOf(base.bytes)].filter(([, value]) => value.startsWith('<</Type/XObject/Subtype/Form'))
  return Object.fromEntries(forms.map(([number]) => [number, make()]))
}

function replaceMaps(base: Base): Objects {
  const fonts = [...objectsOf(base.bytes)].filter(([, value]) => value.startsWith('<</Type/Font/Subtype/Type0'))
  const map = '/ToUnicode 140 0 R'
  return {
    ...Object.fromEntries(fonts.map(([number, value]) => [number, value.replace(/\/ToUnicode \d+ 0 R/, map)])),
    140: stream('', '1 beginbfrange <0000> <ffff> <0041> endbfrange'),
  }
}

function previewMark(): string {
  const own = '<r:D xmlns:d="https://dcert.moe.gov.tw/ns/1.0/" d:kind="preview"/>'
  return stream('/Type/Metadata/Subtype/XML', own)
}

function append(name: string, does: string, revision: (base: Base) => Revision): HostileFile {
  return hostile(`revision-${name}`, `a revision behind: ${does}`, 'appended', (base) =>
    revised(base.bytes, revision(base)),
  )
}

/** Revisions whose cross-references are the trick. */
const tricks: readonly HostileFile[] = [
  append('prev-skips-ours', 'its Prev leads past our revision', () => ({
    objects: forgedPages(),
    prev: null,
    root: 120,
  })),
  append('prev-in-circle', 'its Prev leads to itself', (b) => ({ objects: {}, prev: b.bytes.length })),
  append('prev-nowhere', 'its Prev leads nowhere', () => ({ objects: forgedPages(), prev: 9_999_999 })),
  append('prev-huge', 'its Prev is beyond all numbers', () => ({ objects: {}, prev: 1e15 })),
  append('hybrid', 'a hybrid file: XRefStm leads into the drawing', (b) => ({
    objects: {},
    trailer: `/XRefStm ${b.parts.xref - 4000}`,
  })),
  append('encryption-that-is-none', 'Encrypt leads to itself', () => ({
    objects: { 120: '120 0 R' },
    trailer: '/Encrypt 120 0 R',
  })),
  append('object-stream', 'an object stream that replaces the pages', () => ({
    objects: { 120: stream('/Type/ObjStm/N 1/First 4', '1 0 <</Type/Pages/Count 0/Kids[]>>') },
  })),
  append('other-catalog', 'another catalog, to another document', () => ({
    objects: { ...forgedPages(), 123: '<</Type/Catalog/Pages 120 0 R>>' },
    root: 123,
  })),
  append('catalog-is-a-number', 'a catalog that is a number', (b) => ({ objects: { [b.parts.root]: '7' } })),
  append('catalog-in-circle', 'a catalog that leads to itself', (b) => ({
    objects: { [b.parts.root]: `${b.parts.root} 0 R` },
  })),
  hostile('revision-cross-reference-stream', 'a revision behind: with a cross-reference stream', 'appended', (base) => {
    const rows = deflateSync(Buffer.from([1, 0, 0, 0, 9]))
    const dict = `/Type/XRef/Size 200/Index[120 1]/W[1 4 0]/Root ${base.parts.root} 0 R/Prev ${base.parts.xref}/Filter/FlateDecode`
    const object = latin1(`120 0 obj\n${stream(dict, rows)}\nendobj\nstartxref\n${base.bytes.length}\n%%EOF\n`)
    return Buffer.concat([base.bytes, object])
  }),
  hostile('revision-table-broken', 'a revision behind: its table is broken', 'appended', (base) =>
    replaced(revised(base.bytes, { objects: forgedPages() }), 'trailer', 'trailor'),
  ),
  hostile('revisions-three', 'three revisions behind', 'appended', (base) =>
    [1, 2, 3].reduce((bytes) => revised(bytes, { objects: forgedPages() }), base.bytes),
  ),
  hostile('revisions-three-hundred', 'three hundred revisions behind, more than are followed', 'appended', (base) => {
    let bytes = base.bytes
    for (let i = 0; i < 300; i += 1) bytes = revised(bytes, { objects: {} })
    return bytes
  }),
  hostile('revision-encrypted', 'a revision behind: with an encryption dictionary', 'encrypted', (base) =>
    revised(base.bytes, {
      objects: { 120: '<</Filter/Standard/V 5/R 6/Length 256/P -4>>' },
      trailer: '/Encrypt 120 0 R',
    }),
  ),
]

/** Signatures over the appended revision. */
const signatures: readonly HostileFile[] = [
  hostile('second-signature-stranger', 'a second signature, by a stranger', 'appended', (base, { stranger }) =>
    filled(revised(base.bytes, { objects: secondField(base) }), (covered) => cmsBy(stranger, covered)),
  ),
  hostile(
    'second-signature-namesake',
    'a second signature, by our names with other keys',
    'appended',
    (base, { namesake }) =>
      filled(revised(base.bytes, { objects: secondField(base) }), (covered) => cmsBy(namesake, covered)),
  ),
  hostile('second-signature-ours', 'a second signature, by our own key: we sign a file once', 'appended', (base) =>
    filled(revised(base.bytes, { objects: secondField(base) }), (covered) => cmsBy(base.hand, covered)),
  ),
  hostile(
    'second-signature-sneaky',
    'a second signature that draws another name (sneaky signature attack)',
    'appended',
    (base, { stranger }) => {
      const look = stream('/Type/XObject/Subtype/Form/BBox[0 0 400 200]', FORGED)
      const objects = { ...secondField(base, '/AP<</N 132 0 R>>'), 132: look }
      return filled(revised(base.bytes, { objects }), (covered) => cmsBy(stranger, covered))
    },
  ),
  hostile('second-signature-mends', 'another name, and a new signature by our own key over it', 'appended', (base) => {
    const objects = { ...secondField(base), [base.parts.content]: stream('', FORGED) }
    return filled(revised(base.bytes, { objects }), (covered) => cmsBy(base.hand, covered))
  }),
  hostile(
    'second-signature-locks-fields',
    'a second signature by a stranger that locks all fields (FieldMDP)',
    'appended',
    (base, { stranger }) => {
      const objects = { ...secondField(base), 131: signatureDictionary({ permission: null, more: FIELD_MDP }) }
      return filled(revised(base.bytes, { objects }), (covered) => cmsBy(stranger, covered))
    },
  ),
  hostile('second-signature-timestamp', 'a document timestamp by a stranger', 'appended', (base, { stranger }) => {
    const dictionary = signatureDictionary({ type: 'DocTimeStamp', subFilter: 'ETSI.RFC3161', permission: null })
    const objects = { ...secondField(base), 131: dictionary }
    return filled(revised(base.bytes, { objects }), (covered) => cmsBy(stranger, covered))
  }),
]

function secondField(base: Base, entries = ''): Objects {
  const { field, page: own } = base.parts
  return {
    ...catalog(base, `/Fields [${field} 0 R]`, `/Fields [${field} 0 R 130 0 R]`),
    130: `<</Type/Annot/Subtype/Widget/FT/Sig/T(Second)/Rect[90 400 500 600]/P ${own} 0 R/V 131 0 R${entries}>>`,
    131: signatureDictionary({ permission: null }),
  }
}

export const revisions: Family = {
  title: 'Revisions behind the certificate',
  files: [
    ...CHANGES.map(([name, does, change]) => append(name, does, (base) => ({ objects: change(base) }))),
    ...tricks,
    ...signatures,
  ],
}
