/// <reference lib="dom" />
/** The verifier's page with script: sends the file, shows the outcome, changes the language in place. */
import { type ProblemName, problemNameOf } from '../src/http/problem-texts.ts'
import { noticeView, resultView } from '../src/verification/result-view.ts'
import type { Language, VerificationResult } from '../src/verification/verification-result.ts'
import { formatBytes, isResult } from './answers.ts'
import { TEXTS, type TextKey } from './texts.ts'

type Shown = { readonly result: VerificationResult } | { readonly problem: ProblemName } | undefined

const MAX_FILE_BYTES = 10_485_760
const TIMEOUT_MS = 170_000
const MEMORY = 'dcert-language'

const form = find<HTMLFormElement>('verify-form')
const input = find<HTMLInputElement>('file')
const outcome = find('outcome')
const api = document.querySelector<HTMLMetaElement>('meta[name="dcert-api"]')?.content ?? ''

let language: Language = firstLanguage()
let chosen: File | undefined
let severalDropped = false
let sending = false
let shown: Shown

start()

function start(): void {
  document.documentElement.classList.add('js')
  form.noValidate = true
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void verify()
  })
  input.addEventListener('change', () => choose(input.files))
  find('again').addEventListener('click', startAgain)
  find('print').addEventListener('click', () => window.print())
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-language]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault()
      changeLanguage(link.dataset.language === 'en' ? 'en' : 'zh-TW')
    })
  }
  listenForDrops()
  // A page that was reloaded may still hold the file chosen before.
  if (input.files?.length) choose(input.files)
  if (outcome.childElementCount === 0 && document.documentElement.lang !== language) showLanguage()
}

function find<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id)
  if (!element) throw new Error(`no element ${id}`)
  return element as T
}

/** The whole window takes a file: one that is dropped beside the field must not replace the page. */
function listenForDrops(): void {
  const drop = find('drop')
  window.addEventListener('dragover', (event) => {
    event.preventDefault()
    drop.classList.add('over')
  })
  window.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) drop.classList.remove('over')
  })
  window.addEventListener('drop', (event) => {
    event.preventDefault()
    drop.classList.remove('over')
    if (event.dataTransfer?.files.length) choose(event.dataTransfer.files)
  })
}

function choose(files: FileList | null): void {
  if (sending) return
  severalDropped = (files?.length ?? 0) > 1
  chosen = files?.[0]
  show(undefined)
  showChosen()
}

function showChosen(): void {
  const line = find('chosen')
  line.hidden = chosen === undefined
  line.textContent = chosen?.name ?? ''
  if (chosen) {
    const size = document.createElement('small')
    size.textContent = formatBytes(chosen.size)
    line.append(size)
  }
  setText(find('choose'), chosen ? 'chooseOther' : 'choose')
}

function startAgain(): void {
  form.reset()
  chosen = undefined
  showChosen()
  show(undefined)
  input.focus()
}

async function verify(): Promise<void> {
  if (sending) return
  const fault = faultOfChoice()
  if (fault) {
    show({ problem: fault })
    return
  }
  setSending(true)
  show(undefined)
  const answer = await send(chosen!)
  setSending(false)
  show(answer)
}

/** What can be said without asking the server. */
function faultOfChoice(): ProblemName | undefined {
  if (severalDropped) return 'several-files'
  if (!chosen) return 'no-file'
  if (chosen.size === 0) return 'empty-file'
  return chosen.size > MAX_FILE_BYTES ? 'too-large' : undefined
}

/** XMLHttpRequest, because fetch does not tell how much has been sent. */
function send(file: File): Promise<Shown> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    const unreachable = () => resolve({ problem: 'unreachable' })
    request.open('POST', `${api}/api/v1/verifications`)
    request.responseType = 'text'
    request.timeout = TIMEOUT_MS
    request.upload.addEventListener('progress', (event) => showProgress(event.loaded / event.total))
    request.upload.addEventListener('load', () => showProgress(undefined))
    request.addEventListener('error', unreachable)
    request.addEventListener('timeout', unreachable)
    request.addEventListener('load', () => resolve(read(request)))
    const body = new FormData()
    body.append('file', file)
    request.send(body)
  })
}

function read(request: XMLHttpRequest): Shown {
  try {
    const answer: unknown = JSON.parse(request.responseText)
    if (request.status === 200 && isResult(answer)) return { result: answer }
    const named = problemNameOf((answer as { type?: unknown }).type)
    if (named) return { problem: named }
  } catch {
    // A proxy on the way answers in its own words: only the status counts.
  }
  if (request.status === 413) return { problem: 'too-large' }
  if (request.status === 429) return { problem: 'too-many-requests' }
  return { problem: request.status === 503 ? 'register-unavailable' : 'unreachable' }
}

function setSending(now: boolean): void {
  sending = now
  find('verify').setAttribute('aria-disabled', String(now))
  find('progress').hidden = !now
  if (now) showProgress(0)
  else find('status').textContent = ''
}

/** Undefined once all is sent and the answer is waited for. */
function showProgress(share: number | undefined): void {
  const bar = find<HTMLProgressElement>('bar')
  if (share === undefined) bar.removeAttribute('value')
  else bar.value = Math.round(share * 100)
  const words = TEXTS[share === undefined ? 'verifying' : 'uploading'][language]
  find('progress-words').textContent = words
  if (find('status').textContent !== words) find('status').textContent = words
}

function show(next: Shown): void {
  shown = next
  showOutcome()
  document.getElementById('result')?.focus()
}

function showOutcome(): void {
  find('after').hidden = shown === undefined
  find('print').hidden = shown === undefined || !('result' in shown)
  if (shown === undefined) outcome.replaceChildren()
  else if ('result' in shown) outcome.innerHTML = resultView(shown.result, language)
  else outcome.innerHTML = noticeView(shown.problem, language)
}

/** ?lang= counts, then what was chosen before, then what the server rendered. */
function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? remembered()
  if (asked === 'en') return 'en'
  return asked?.startsWith('zh') ? 'zh-TW' : document.documentElement.lang === 'en' ? 'en' : 'zh-TW'
}

function remembered(): string | null {
  try {
    return localStorage.getItem(MEMORY)
  } catch {
    return null
  }
}

function changeLanguage(next: Language): void {
  language = next
  try {
    localStorage.setItem(MEMORY, next)
  } catch {
    // A browser that keeps nothing still changes the language of this page.
  }
  const address = new URL(location.href)
  address.searchParams.set('lang', next)
  history.replaceState(null, '', address)
  showLanguage()
}

function showLanguage(): void {
  document.documentElement.lang = language
  for (const element of document.querySelectorAll<HTMLElement>('[data-t]'))
    setText(element, element.dataset.t as TextKey)
  for (const element of document.querySelectorAll<HTMLElement>('[data-t-label]')) {
    element.setAttribute('aria-label', TEXTS[element.dataset.tLabel as TextKey][language])
  }
  for (const link of document.querySelectorAll<HTMLElement>('a[data-language]')) {
    if (link.dataset.language === language) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
  }
  const action = new URL(form.action)
  action.searchParams.set('lang', language)
  form.action = action.href
  showOutcome()
}

function setText(element: HTMLElement, key: TextKey): void {
  element.dataset.t = key
  element.textContent = TEXTS[key][language]
}
