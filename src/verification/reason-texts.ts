/**
 * The words of every verification, for the server, the command line and the browser alike: imports nothing but types.
 * What stands in the sources is kept word for word (E25, E27, E28). No legal ground, nothing personal (E31).
 */
import type { LocalText, Outcome, Reason } from './verification-result.ts'

/** E25, E33: the three headlines. */
export const OUTCOME_TITLES: Readonly<Record<Outcome, LocalText>> = {
  success: { 'zh-TW': '驗證成功', en: 'Verification successful' },
  failure: { 'zh-TW': '驗證失敗', en: 'Verification failed' },
  warning: { 'zh-TW': '驗證警告', en: 'Verification warning' },
}

/** E25: the ministry's own words, used unless an issuer brings others (E65). */
export const DEFAULT_ISSUER_TEXTS: Readonly<Record<Outcome, LocalText>> = {
  success: {
    'zh-TW': '電子證書符合教育部發證內容',
    en: 'The electronic certificate matches what the Ministry of Education issued.',
  },
  failure: {
    'zh-TW': '電子證書未受教育部認證',
    en: 'The electronic certificate is not recognised by the Ministry of Education.',
  },
  warning: {
    'zh-TW': '電子證書已非最新版本，請向教育部發證單位確認',
    en: 'The electronic certificate is no longer the latest version. Please check with the issuing office of the Ministry of Education.',
  },
}

/** E27, E28: what to do, in the words of the sources; shown with every result of that outcome. */
export const OUTCOME_HELP: Readonly<Record<Outcome, LocalText | null>> = {
  success: null,
  failure: {
    'zh-TW':
      '請確認上傳檔案是否正確或重新下載電子證書驗證(勿以列印後儲存方式下載，將導致證書編碼調整，系統將判定為證書有竄改可能導致失敗)。',
    en: 'Please make sure that you uploaded the right file, or download the electronic certificate again and verify that. (Do not save it by way of “print”: this changes the encoding of the certificate, the system takes it for tampered with, and the verification can fail.)',
  },
  warning: {
    'zh-TW': '若前有申請個人資料修改等情形致換發證書者，原電子證書將會判定已有新版本，請使用最新版本證書進行驗證。',
    en: 'If the certificate was replaced, for instance after a change of personal data, the earlier electronic certificate is found to have a newer version. Please verify the latest version.',
  },
}

/** One reason in plain words: what was found, and what it means or what to do. */
export type ReasonText = { readonly title: LocalText; readonly explanation: LocalText }

export const REASON_TEXTS: Readonly<Record<Reason, ReasonText>> = {
  current: {
    title: { 'zh-TW': '檔案與發證內容完全相同', en: 'The file is exactly what was issued' },
    explanation: {
      'zh-TW': '您上傳的檔案與發證單位登錄的電子證書一字不差，且為目前有效的最新版本。',
      en: 'The file agrees in every byte with the certificate in the register of the issuer, and it is the latest version in force.',
    },
  },
  superseded: {
    title: { 'zh-TW': '驗證之電子證書非最新版本', en: 'This is not the latest version of the certificate' },
    explanation: {
      'zh-TW': '檔案確由發證單位核發且未經更動，但此證書之後已換發新版本，原版本不再是最新版本。',
      en: 'The file was issued by the issuer and has not been altered, but a newer version of this certificate has been issued since.',
    },
  },
  revoked: {
    title: { 'zh-TW': '電子證書已撤銷', en: 'The certificate has been revoked' },
    explanation: {
      'zh-TW': '電子證書一經撤銷，原已下載之證書檔案即失其效力。如有疑問，請向發證單位確認。',
      en: 'Once a certificate is revoked, files of it that were downloaded before lose their effect as well. If in doubt, please ask the issuing office.',
    },
  },
  unconfirmed: {
    title: { 'zh-TW': '此版本尚未完成確認', en: 'This version has not been confirmed' },
    explanation: {
      'zh-TW': '此檔案尚未經確認程序，未曾開放下載，不具證書效力。請使用自系統下載的電子證書進行驗證。',
      en: 'This file has not passed confirmation and was never released for download, so it has no effect. Please verify the certificate as downloaded from the system.',
    },
  },
  altered: {
    title: { 'zh-TW': '檔案內容已遭更動', en: 'The content of the file has been changed' },
    explanation: {
      'zh-TW': '此檔案帶有發證單位的電子簽章，但簽章所保護的內容在核發之後被更動過，不可採信。',
      en: 'The file carries the electronic signature of the issuer, but what this signature protects was changed after issue. Do not rely on it.',
    },
  },
  appended: {
    title: { 'zh-TW': '檔案在核發後被附加內容', en: 'Something was added to the file after issue' },
    explanation: {
      'zh-TW':
        '電子簽章之後被附加了其他資料，例如加上註記、填寫欄位、另加簽章或以軟體重新存檔。請改用未經編輯的原始檔案驗證。',
      en: 'Data was added behind the electronic signature, for instance comments, filled-in fields, another signature, or by saving the file in an editor. Please verify the original file, as downloaded and not edited.',
    },
  },
  resaved: {
    title: { 'zh-TW': '檔案經列印或另存，已非原始檔案', en: 'The file was printed to PDF or saved again' },
    explanation: {
      'zh-TW':
        '檔案中可見本系統證書的記號，但電子簽章已不存在，通常是以「列印」另存成 PDF 或由軟體轉存所致。這樣的檔案無從證明內容未經更動。',
      en: 'The file shows marks of a certificate of this system, but the electronic signature is gone. Usually the certificate was “printed” to a PDF or converted by some program. Such a file cannot prove that its content is unchanged.',
    },
  },
  preview: {
    title: { 'zh-TW': '這是預覽檔，不是證書', en: 'This is a preview, not a certificate' },
    explanation: {
      'zh-TW': '此檔案是供核對版面的預覽，並未核發，不具證書效力。',
      en: 'The file is a preview for checking the layout. It was not issued and has no effect.',
    },
  },
  'not-registered': {
    title: { 'zh-TW': '登錄資料中查無此檔案', en: 'The register does not know this file' },
    explanation: {
      'zh-TW': '檔案的電子簽章完整，但登錄資料中查無此檔案，故不予認可。請保留檔案並向發證單位確認。',
      en: 'The electronic signature of the file is whole, yet the register has no such file, so it is not recognised. Please keep the file and ask the issuing office.',
    },
  },
  'foreign-signature': {
    title: { 'zh-TW': '檔案由其他單位簽章', en: 'The file was signed by somebody else' },
    explanation: {
      'zh-TW': '此檔案帶有電子簽章，但並非由本系統的發證單位所簽。請確認是否上傳了其他文件。',
      en: 'The file carries an electronic signature, but not one of the issuers of this system. Please check whether you uploaded another document.',
    },
  },
  unknown: {
    title: { 'zh-TW': '查無此檔案', en: 'Not a file of this system' },
    explanation: {
      'zh-TW': '此 PDF 檔案沒有發證單位的電子簽章，也不在登錄資料中。請確認是否上傳了其他文件或掃描檔。',
      en: 'This PDF file has no electronic signature of an issuer and is not in the register. Please check whether you uploaded another document or a scan.',
    },
  },
  'not-pdf': {
    title: { 'zh-TW': '檔案不是 PDF', en: 'The file is not a PDF' },
    explanation: {
      'zh-TW': '電子證書為 PDF 檔案；照片、截圖、掃描圖檔或其他格式均無法通過驗證。請上傳下載取得的 PDF 檔案。',
      en: 'Electronic certificates are PDF files. Photographs, screenshots, scans and other formats cannot be verified. Please upload the PDF file as downloaded.',
    },
  },
  encrypted: {
    title: { 'zh-TW': '檔案經加密', en: 'The file is encrypted' },
    explanation: {
      'zh-TW': '此 PDF 檔案設有密碼或經加密。電子證書核發時不加密，加密後即非原始檔案。請改用下載取得的原始檔案驗證。',
      en: 'This PDF file is protected by a password or encrypted. Certificates are issued without encryption, so this is not the original file. Please verify the file as downloaded.',
    },
  },
  damaged: {
    title: { 'zh-TW': '檔案毀損，無法讀取', en: 'The file is damaged and cannot be read' },
    explanation: {
      'zh-TW': '此 PDF 檔案不完整或已毀損，常見於下載或傳輸中斷。請重新下載後再行驗證。',
      en: 'This PDF file is incomplete or damaged, as happens when a download or transfer breaks off. Please download it again and verify that.',
    },
  },
  'register-mismatch': {
    title: { 'zh-TW': '檔案簽章與登錄資料不一致', en: 'The signature of the file disagrees with the register' },
    explanation: {
      'zh-TW': '登錄資料中有此檔案，但檔案的電子簽章與登錄資料不一致，故不予認可。請保留檔案並向發證單位確認。',
      en: 'The register has this file, but its electronic signature does not agree with the register, so it is not recognised. Please keep the file and ask the issuing office.',
    },
  },
}
