/** Everything that can go wrong with a request, by name, in plain words; for server and browser alike. */
import type { LocalText } from '../verification/verification-result.ts'

type ProblemText = { readonly status: number; readonly title: LocalText; readonly detail: LocalText }

/** The names are part of the interface (`type` is urn:dcert:problem:<name>): names are added, never changed. */
export const PROBLEMS = {
  'invalid-request': {
    status: 400,
    title: { 'zh-TW': '請求格式不正確', en: 'Invalid request' },
    detail: { 'zh-TW': '請求的格式或內容不正確。', en: 'The request is not formed as it must be.' },
  },
  'no-file': {
    status: 400,
    title: { 'zh-TW': '沒有選擇檔案', en: 'No file' },
    detail: {
      'zh-TW': '請先選擇電子證書 PDF 檔案，再點選「進行驗證」（欄位名稱為 file）。',
      en: 'Please choose the PDF file of the certificate first, then press “Verify”. (The name of the field is “file”.)',
    },
  },
  'empty-file': {
    status: 400,
    title: { 'zh-TW': '檔案是空的', en: 'Empty file' },
    detail: {
      'zh-TW': '檔案沒有任何內容，可能是下載未完成。請重新下載後再試。',
      en: 'The file has no content; perhaps its download broke off. Please download it again.',
    },
  },
  'several-files': {
    status: 400,
    title: { 'zh-TW': '一次只能驗證一個檔案', en: 'More than one file' },
    detail: { 'zh-TW': '一次只能驗證一個檔案，請分次進行。', en: 'Please verify one file at a time.' },
  },
  forbidden: {
    status: 403,
    title: { 'zh-TW': '沒有權限', en: 'Forbidden' },
    detail: { 'zh-TW': '您沒有權限進行這項操作。', en: 'You may not do this.' },
  },
  'not-found': {
    status: 404,
    title: { 'zh-TW': '找不到網頁', en: 'Not found' },
    detail: { 'zh-TW': '沒有這個網址，請檢查是否輸入正確。', en: 'There is nothing at this address.' },
  },
  'method-not-allowed': {
    status: 405,
    title: { 'zh-TW': '不支援的請求方法', en: 'Method not allowed' },
    detail: {
      'zh-TW': '這個網址不接受此種請求方法。',
      en: 'This address does not take requests of this method.',
    },
  },
  conflict: {
    status: 409,
    title: { 'zh-TW': '資料已變動', en: 'Conflict' },
    detail: { 'zh-TW': '資料已變動，請重新查看後再試。', en: 'Things have changed meanwhile. Please look again.' },
  },
  'too-large': {
    status: 413,
    title: { 'zh-TW': '檔案太大', en: 'Too large' },
    detail: {
      'zh-TW': '檔案超過 10 MB（10,485,760 位元組）的上限。電子證書遠小於此，請確認是否選錯檔案。',
      en: 'The file is larger than 10 MiB (10,485,760 bytes). Certificates are much smaller: please check whether this is the right file.',
    },
  },
  'unsupported-media-type': {
    status: 415,
    title: { 'zh-TW': '不支援的內容類型', en: 'Unsupported media type' },
    detail: {
      'zh-TW': '請求的 Content-Type 不受支援：上傳檔案請用 multipart/form-data，其他請用 application/json。',
      en: 'The Content-Type of the request is not supported: upload files as multipart/form-data, send everything else as application/json.',
    },
  },
  'too-many-requests': {
    status: 429,
    title: { 'zh-TW': '驗證次數過於頻繁', en: 'Too many requests' },
    detail: {
      'zh-TW': '短時間內的驗證次數過多，請稍候約一分鐘再試。',
      en: 'Too many verifications in a short time. Please try again in about a minute.',
    },
  },
  'internal-error': {
    status: 500,
    title: { 'zh-TW': '系統發生錯誤', en: 'Internal error' },
    detail: { 'zh-TW': '系統發生錯誤，請稍後再試。', en: 'Something went wrong here. Please try again later.' },
  },
  'register-unavailable': {
    status: 503,
    title: { 'zh-TW': '目前無法驗證', en: 'Cannot be checked now' },
    detail: {
      'zh-TW': '系統目前無法查詢發證登錄資料，請稍後再試。',
      en: 'The register of certificates cannot be asked at the moment. Please try again later.',
    },
  },
  busy: {
    status: 503,
    title: { 'zh-TW': '系統忙碌中', en: 'Busy' },
    detail: {
      'zh-TW': '目前同時驗證的人數較多，請稍候數秒再試。',
      en: 'Many files are being verified at the same time. Please try again in a few seconds.',
    },
  },
  /** Never sent: what a browser says when no answer came. */
  unreachable: {
    status: 504,
    title: { 'zh-TW': '無法連線至驗證系統', en: 'The verification service cannot be reached' },
    detail: {
      'zh-TW': '無法連線至驗證系統，請檢查網路連線後再試。',
      en: 'The verification service cannot be reached. Please check your connection and try again.',
    },
  },
} as const satisfies Record<string, ProblemText>

export type ProblemName = keyof typeof PROBLEMS

const PREFIX = 'urn:dcert:problem:'

export function problemType(name: ProblemName): string {
  return PREFIX + name
}

/** The name in a problem's `type`, if it is one of ours. */
export function problemNameOf(type: unknown): ProblemName | undefined {
  if (typeof type !== 'string' || !type.startsWith(PREFIX)) return undefined
  const name = type.slice(PREFIX.length)
  return Object.hasOwn(PROBLEMS, name) ? (name as ProblemName) : undefined
}
