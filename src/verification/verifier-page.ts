import { readFileSync } from 'node:fs'
import { html } from 'ghtml'
import { TEXTS, type TextKey } from '../../verifier-web/texts.ts'
import { pageFooter, pageHeader } from '../http/page-frame.ts'
import type { Language } from './verification-result.ts'

export type VerifierPage = {
  readonly language: Language
  readonly demo: boolean
  /** where verifier.css, verifier.js and favicon.svg lie, with a slash at its end */
  readonly assets: string
  /** where the API is, without a slash at its end; empty for the same server */
  readonly api: string
  /** where the form goes without script */
  readonly action: string
  /** where the title leads */
  readonly home: string
  /** HTML of a result, when the server has made one */
  readonly result?: string
  /** Content-Security-Policy inside the page, for hosts that cannot send the header */
  readonly policy?: string
}

const TEMPLATE = readFileSync(new URL('../../verifier-web/index.html', import.meta.url), 'utf8')

/** Fills verifier-web/index.html: for the server at each request, for static hosting once. */
export function verifierPage(page: VerifierPage): string {
  const { language, demo } = page
  const values: Readonly<Record<string, string>> = {
    api: page.api,
    assets: page.assets,
    action: page.action,
  }
  const parts: Readonly<Record<string, string>> = {
    header: pageHeader(language, demo, page.home),
    footer: pageFooter(language, demo),
    result: page.result ?? '',
    policy: page.policy ? html`<meta http-equiv="Content-Security-Policy" content="${page.policy}">` : '',
  }
  // One pass over the template: what is filled in is never looked at again, so a file cannot name a slot.
  const template = TEMPLATE.replace('<html lang="zh-TW">', `<html lang="${language}">`)
  return template.replace(/<!--(\w+)-->|\{\{(?:t:)?(\w+)\}\}/g, (slot, part?: string, name = '') => {
    if (part !== undefined) return parts[part] ?? slot
    if (slot.startsWith('{{t:')) return html`${TEXTS[name as TextKey][language]}`
    return html`${values[name]}`
  })
}
