import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Language } from '../../verification/verification-result.ts'
import type { Style } from '../fonts/load-fonts.ts'

export type Align = 'left' | 'center' | 'right'
/** What a certificate may have or not have; elements with `when` are drawn only then. */
export type Flag = 'mark' | 'national' | 'resident' | 'category'

type At = { readonly x: number; readonly y: number }
type Lettering = At & {
  readonly when?: Flag
  readonly style: Style
  readonly width: number
  readonly size: number
  readonly spacing?: number
  readonly color: string
}
export type TextElement = Lettering & {
  readonly type: 'text'
  readonly text: string
  readonly tag: 'H1' | 'H2' | 'P'
  readonly align?: Align
}
export type FieldElement = Lettering & {
  readonly type: 'field'
  readonly field: string
  readonly minSize: number
  readonly lines?: number
  readonly align: Align
}
export type SealElement = At & {
  readonly type: 'seal'
  readonly size: number
  readonly color: string
  readonly text: string
  readonly sample: string
  readonly alt: string
}
export type QrElement = At & {
  readonly type: 'qr'
  readonly size: number
  readonly alt: string
  readonly color: string
}
export type OrnamentElement =
  | {
      readonly type: 'frame'
      readonly inset: number
      readonly lineWidth: number
      readonly notch: number
      readonly color: string
    }
  | (At & {
      readonly type: 'rosette'
      readonly radius: number
      readonly petals: number
      readonly lines: number
      readonly lineWidth: number
      readonly color: string
    })
  | (At & { readonly type: 'blossom'; readonly radius: number; readonly color: string })
  | (At & { readonly type: 'rule'; readonly width: number; readonly color: string })
export type Element = OrnamentElement | TextElement | FieldElement | SealElement | QrElement

export type Layout = {
  readonly page: { readonly width: number; readonly height: number }
  readonly colors: Readonly<Record<string, string>>
  readonly elements: readonly Element[]
}
export type Wording = {
  readonly language: Language
  readonly documentTitle: string
  readonly texts: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, { readonly label: string; readonly pattern: string }>>
  readonly marks: Readonly<Record<'reissue' | 'replacement', string>>
}

/** Layout and wording of one kind of certificate in one language; a used version is never edited. */
export type Template = {
  readonly kind: string
  readonly version: string
  readonly language: Language
  readonly layout: Layout
  readonly wording: Wording
}

export const TEMPLATES = join(import.meta.dirname, '../../../templates/certificates')

/**
 * Reads and checks a template.
 * @param kind folder under templates/certificates/, e.g. college-teacher
 * @param version folder in it, e.g. v1
 * @throws Error naming file, path in the file and reason of everything that is wrong
 */
export function loadTemplate(kind: string, version: string, language: Language, directory = TEMPLATES): Template {
  const folder = join(kind, version)
  const layoutFile = join(folder, `layout.${language}.json`)
  const wordingFile = join(folder, `wording.${language}.json`)
  const layout = readChecked<Layout>(directory, layoutFile, 'layout.schema.json')
  const wording = readChecked<Wording>(directory, wordingFile, 'wording.schema.json')
  const problems = layout.elements.flatMap((element, i) => missingNames(element, layout, wording, `/elements/${i}`))
  if (wording.language !== language)
    problems.push(`/language: is ${wording.language}, the file's name says ${language}`)
  if (problems.length > 0) throw new Error(`${layoutFile} with ${wordingFile}:\n  ${problems.join('\n  ')}`)
  return { kind, version, language, layout, wording }
}

function readChecked<T>(directory: string, file: string, schemaFile: string): T {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(join(directory, file), 'utf8'))
  } catch (error) {
    throw new Error(`${file}: cannot be read: ${(error as Error).message}`, { cause: error })
  }
  const validate = schema(directory, schemaFile)
  if (!validate(value)) throw new Error(`${file}:\n  ${validate.errors?.map(explain).join('\n  ')}`)
  return value as T
}

function schema(directory: string, file: string): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, discriminator: true })
  return ajv.compile(JSON.parse(readFileSync(join(directory, file), 'utf8')))
}

function explain(error: ErrorObject): string {
  const details = Object.values(error.params).filter((value) => typeof value !== 'object')
  return `${error.instancePath || '/'}: ${error.message}${details.length > 0 ? ` (${details.join(', ')})` : ''}`
}

/** Names in the layout that colours or wording do not have. */
function missingNames(element: Element, layout: Layout, wording: Wording, path: string): string[] {
  const problems: string[] = []
  if (!(element.color in layout.colors)) problems.push(`${path}/color: no colour «${element.color}» in /colors`)
  const texts = 'text' in element ? [element.text] : []
  if (element.type === 'seal') texts.push(element.sample, element.alt)
  if (element.type === 'qr') texts.push(element.alt)
  for (const text of texts) if (!(text in wording.texts)) problems.push(`${path}: no text «${text}» in the wording`)
  if (element.type === 'field' && !(element.field in wording.fields)) {
    problems.push(`${path}/field: no field «${element.field}» in the wording`)
  }
  return problems
}
