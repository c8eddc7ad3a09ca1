import type { Language } from './verification-result.ts'

/** Chinese names of the checks, for the page; one that has none here shows its own name. */
const LABELS: Readonly<Record<string, string>> = {
  fingerprint: '數位指紋登錄在案',
  'registered-signer': '簽章憑證與登錄一致',
  header: '檔案開頭為 PDF',
  pdf: '為 PDF 檔案',
  limits: '可於限度內讀取',
  'not-encrypted': '未加密',
  complete: '檔案完整',
  structure: '檔案結構可讀取',
  'our-signature': '帶有發證單位簽章',
  'signed-part-intact': '簽章範圍未經更動',
  'nothing-after': '簽章後無附加內容',
  'no-preview': '非預覽檔',
  marks: '帶有本系統證書記號',
  'one-revision': '僅有一次存檔',
  'one-signature': '僅有一個簽章',
  'sub-filter': '簽章格式',
  'signing-time': '簽章時間',
  certified: '認證簽章，禁止更動',
  coverage: '簽章涵蓋全檔',
  'byte-range': '簽章範圍',
  'gap-is-contents': '範圍外僅有簽章本身',
  'contents-encoding': '簽章編碼',
  cms: '簽章資料可讀取',
  'message-digest': '內容摘要相符',
  'content-type': '簽章內容類型',
  'signing-certificate': '簽章指明簽署憑證',
  'signature-value': '簽章值驗證',
  attributes: '簽章屬性',
  chain: '憑證鏈可信任',
  certificates: '僅含憑證鏈之憑證',
  purpose: '憑證用途為文件簽署',
  'valid-at-signing': '簽署時憑證有效',
}

export function checkLabel(name: string, language: Language): string {
  return language === 'zh-TW' && Object.hasOwn(LABELS, name) ? LABELS[name]! : name
}
