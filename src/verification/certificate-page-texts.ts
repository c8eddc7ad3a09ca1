import type { LocalText, Reason } from './verification-result.ts'

export const CERTIFICATE_PAGE_TEXTS = {
  heading: { 'zh-TW': '證書登錄資料', en: 'This certificate in the register' },
  status: { 'zh-TW': '登錄狀態', en: 'Status in the register' },
  notProven: { 'zh-TW': '僅憑 QR Code 不能證明紙本為真', en: 'The QR code alone does not prove the paper' },
  notProvenWhy: {
    'zh-TW':
      'QR Code 可能被複製到偽造的證書上，本頁也不顯示持有人姓名。請向持有人索取電子證書 PDF 檔案，上傳驗證後再予採認。',
    en: 'A QR code can be copied onto a forged certificate, and this page does not show whose certificate it is. Ask the holder for the PDF file of the certificate and upload it for verification.',
  },
  upload: { 'zh-TW': '上傳 PDF 檔案驗證', en: 'Upload the PDF file' },
  notFound: { 'zh-TW': '查無此證書', en: 'No such certificate' },
  notFoundWhy: {
    'zh-TW': '這個網址沒有對應的證書。請確認 QR Code 或網址完整無誤，或改以電子證書 PDF 檔案進行驗證。',
    en: 'There is no certificate at this address. Please check that the QR code or address is complete, or verify the PDF file of the certificate instead.',
  },
} as const satisfies Record<string, LocalText>

export type StatusWords = {
  readonly tone: 'plain' | 'warning' | 'bad'
  readonly title: LocalText
  readonly explanation: LocalText
}

/**
 * The words for what a token can lead to. None is 驗證成功: nothing was verified here.
 * A reason that is not listed, `unconfirmed` above all, looks like an unknown address (E68, E72).
 */
export const STATUS_WORDS: Partial<Readonly<Record<Reason, StatusWords>>> = {
  current: {
    tone: 'plain',
    title: { 'zh-TW': '有效，且為最新版本', en: 'In force, latest version' },
    explanation: {
      'zh-TW': '此字號的證書登錄在案，目前有效。',
      en: 'A certificate of this number is registered and in force.',
    },
  },
  superseded: {
    tone: 'warning',
    title: { 'zh-TW': '已非最新版本', en: 'No longer the latest version' },
    explanation: {
      'zh-TW': '此證書已換發新版本，請向持有人索取最新版本，並向教育部發證單位確認。',
      en: 'This certificate has been replaced. Ask the holder for the latest version, and check with the issuing office.',
    },
  },
  revoked: {
    tone: 'bad',
    title: { 'zh-TW': '已撤銷', en: 'Revoked' },
    explanation: {
      'zh-TW': '此證書已撤銷，不具效力；原已下載之檔案與列印之紙本亦同。',
      en: 'This certificate has been revoked and has no effect, nor have files of it downloaded before, or prints.',
    },
  },
}
