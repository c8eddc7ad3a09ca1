/** The words of the verifier's page, in both languages; `data-t` in index.html names them. */
import { FRAME_TEXTS } from '../src/http/frame-texts.ts'
import type { LocalText } from '../src/verification/verification-result.ts'

export const TEXTS = {
  ...FRAME_TEXTS,
  heading: { 'zh-TW': '電子證書驗證', en: 'Verify an electronic certificate' },
  lead: {
    'zh-TW': '上傳電子證書的 PDF 檔案，即可查驗是否為教育部核發、是否為最新版本。免登入。',
    en: 'Upload the PDF file of a certificate to find out whether it was issued by the Ministry of Education and is the latest version. No account needed.',
  },
  step1: { 'zh-TW': '上傳電子證書 PDF 檔案', en: 'Upload the PDF file of the certificate' },
  choose: { 'zh-TW': '選擇檔案', en: 'Choose a file' },
  chooseOther: { 'zh-TW': '更換檔案', en: 'Choose another file' },
  orDrop: { 'zh-TW': '或將檔案拖曳到這裡', en: 'or drop it here' },
  fileHint: { 'zh-TW': 'PDF 檔案，上限 10 MB', en: 'PDF file, up to 10 MB' },
  step2: { 'zh-TW': '點選「進行驗證」', en: 'Press “Verify”' },
  verify: { 'zh-TW': '進行驗證', en: 'Verify' },
  uploading: { 'zh-TW': '上傳中…', en: 'Uploading…' },
  verifying: { 'zh-TW': '驗證中…', en: 'Verifying…' },
  progress: { 'zh-TW': '上傳進度', en: 'Progress of the upload' },
  step3: { 'zh-TW': '取得驗證結果', en: 'See the result' },
  noResultYet: { 'zh-TW': '驗證結果將顯示於此。', en: 'The result will appear here.' },
  again: { 'zh-TW': '驗證另一個檔案', en: 'Verify another file' },
  print: { 'zh-TW': '列印結果', en: 'Print the result' },
  outcomes: { 'zh-TW': '三種驗證結果', en: 'The three results' },
  successTerm: { 'zh-TW': '驗證成功', en: 'Successful' },
  successMeaning: { 'zh-TW': '電子證書符合教育部發證內容', en: 'The certificate matches what the Ministry issued.' },
  failureTerm: { 'zh-TW': '驗證失敗', en: 'Failed' },
  failureMeaning: { 'zh-TW': '電子證書未受教育部認證', en: 'The certificate is not recognised by the Ministry.' },
  warningTerm: { 'zh-TW': '驗證警告', en: 'Warning' },
  warningMeaning: {
    'zh-TW': '電子證書已非最新版本，請向教育部發證單位確認',
    en: 'No longer the latest version; check with the issuing office.',
  },
  beforeYouStart: { 'zh-TW': '驗證前請注意', en: 'Before you start' },
  tipOriginal: {
    'zh-TW': '請使用自系統下載的原始檔案，勿以列印後儲存方式下載；編輯、轉存過的檔案無法通過驗證。',
    en: 'Use the file as it was downloaded. A file saved by way of “print”, edited or converted cannot be verified.',
  },
  tipPaper: {
    'zh-TW': '紙本無法直接驗證，請向持有人索取 PDF 檔案。',
    en: 'Paper cannot be verified by itself: ask the holder for the PDF file.',
  },
  tipPrivacy: {
    'zh-TW': '檔案僅供當次驗證，不予留存；結果不顯示個人資料。',
    en: 'The file is not kept, and the result shows no personal data.',
  },
} as const satisfies Record<string, LocalText>

export type TextKey = keyof typeof TEXTS
