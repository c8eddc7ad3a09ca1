/** The words around every page; imports nothing but types. */
import type { LocalText } from '../verification/verification-result.ts'

export const FRAME_TEXTS = {
  siteTitle: { 'zh-TW': '教育部電子證書驗證系統', en: 'Electronic Certificate Verification' },
  siteSubtitle: { 'zh-TW': 'Electronic Certificate Verification', en: 'Ministry of Education, Taiwan' },
  skip: { 'zh-TW': '跳至主要內容', en: 'Skip to main content' },
  languageSwitch: { 'zh-TW': '語言', en: 'Language' },
  demoBadge: { 'zh-TW': '示範系統', en: 'Demonstration' },
  demoNote: {
    'zh-TW': '示範系統：本網站並非教育部的正式服務，所驗證的證書均為虛構。',
    en: 'Demonstration: this is not a service of the Ministry of Education, and the certificates are made up.',
  },
  privacyNote: {
    'zh-TW': '上傳的檔案僅供當次驗證，不予留存；本網站不使用追蹤工具，也不載入外部資源。',
    en: 'Uploaded files are used for the one verification and not kept. No tracking, no resources from elsewhere.',
  },
  toVerifier: { 'zh-TW': '前往電子證書驗證', en: 'Verify a certificate' },
} as const satisfies Record<string, LocalText>
