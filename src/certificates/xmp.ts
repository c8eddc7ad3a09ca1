import type { CertificateContent } from './certificate-content.ts'
import { fullNumber } from './certificate-content.ts'

/** Namespace of what dcert writes into the XMP of its files; verification knows it by the same name. */
const DCERT_NAMESPACE = 'https://dcert.moe.gov.tw/ns/1.0/'

export const PRODUCER = 'dcert'

/** What kind of file this is: an issued certificate, or one that is only to be looked at (E7). */
export type FileKind = 'certificate' | 'preview'

const PROPERTIES: readonly (readonly [string, string])[] = [
  ['kind', 'Whether this file is an issued certificate or a preview'],
  ['number', 'Number of the certificate'],
  ['version', 'Version of the certificate'],
  ['token', 'Token of the verification address'],
]

/** The extension schema PDF/A asks for (ISO 19005-3, 6.6.2.3.3): the same in every file. */
const EXTENSION = `<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>dcert certificate</pdfaSchema:schema><pdfaSchema:namespaceURI>${DCERT_NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>dcert</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>${PROPERTIES.map(
  ([name, description]) =>
    `<rdf:li rdf:parseType="Resource"><pdfaProperty:name>${name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>${description}</pdfaProperty:description></rdf:li>`,
).join('')}</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>`

/** The XMP packet of a certificate (ISO 16684-1), UTF-8, without padding because the file is never written to again. */
export function xmpOf(content: CertificateContent, title: string, author: string, kind: FileKind): Buffer {
  const own = { kind, number: fullNumber(content.case), version: String(content.version), token: content.token }
  const properties = Object.entries(own).map(([name, value]) => `<dcert:${name}>${escapeXml(value)}</dcert:${name}>`)
  return Buffer.from(
    `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
      `<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">` +
      `<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>` +
      `<xmp:CreateDate>${content.composedAt}</xmp:CreateDate><xmp:ModifyDate>${content.composedAt}</xmp:ModifyDate><xmp:CreatorTool>${PRODUCER}</xmp:CreatorTool>` +
      `<dc:format>application/pdf</dc:format><dc:language><rdf:Bag><rdf:li>${content.language}</rdf:li></rdf:Bag></dc:language>` +
      `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(title)}</rdf:li></rdf:Alt></dc:title>` +
      `<dc:creator><rdf:Seq><rdf:li>${escapeXml(author)}</rdf:li></rdf:Seq></dc:creator><pdf:Producer>${PRODUCER}</pdf:Producer></rdf:Description>` +
      `<rdf:Description rdf:about="" xmlns:dcert="${DCERT_NAMESPACE}">${properties.join('')}</rdf:Description>${EXTENSION}` +
      `</rdf:RDF></x:xmpmeta><?xpacket end="r"?>`,
  )
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
