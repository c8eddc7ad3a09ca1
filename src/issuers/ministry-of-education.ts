import { DEFAULT_ISSUER_TEXTS } from '../verification/reason-texts.ts'
import type { Issuer } from './issuer.ts'

/** The one issuer that is set up. The minister's name is invented, as the seal is a sample. */
export const MINISTRY_OF_EDUCATION: Issuer = {
  id: 'moe',
  name: { 'zh-TW': '教育部', en: 'Ministry of Education' },
  resultTexts: DEFAULT_ISSUER_TEXTS,
  template: { kind: 'college-teacher', version: 'v1' },
  ministers: [{ from: '2014-01-01', name: { 'zh-TW': '甄育才', en: 'Chen Yu-tsai' } }],
}
