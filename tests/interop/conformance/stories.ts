import type { ApprovedCase } from '../../../src/approvals/approved-case.ts'
import { approvedCase } from '../../support/house.ts'

/** A certificate and what happens to it, and which of its versions is a kind of file of its own. */
export type Story = {
  readonly of: ApprovedCase
  /** arguments of `dcert reissue`, one version each, after the number */
  readonly reissues: readonly (readonly string[])[]
  /** what each version is called in docs/conformance.md; one that is not named is like another */
  readonly kinds: Readonly<Record<number, string>>
}

const PARTS = 'Alexander Maximilian Freiherr von Hohenstein-Łukasiewicz y Núñez de la Peña O’Brien '
const SYLLABLES = '巴奈伊斯坦大馬赫哈桑達西烏拉彎'
const SCHOOL = '國立臺灣東部海岸山脈與太平洋島嶼永續發展科技暨原住民族文化藝術綜合教育大學進修推廣學院'

/** Every kind of file that dcert issues: the ways to a version, and what a template leaves out, breaks or squeezes. */
export const STORIES: readonly Story[] = [
  {
    of: withEnglish({ number: '300001' }),
    reissues: [['--reason', 'correction', '--document', '1150000001', '--set', '姓名=林堃烜', '--confirm']],
    kinds: { 1: 'first version', 2: 'corrected' },
  },
  {
    of: withEnglish({ number: '300002', rank: 'associate-professor' }),
    reissues: [
      ['--reason', 'data-changed', '--document', '1150000002', '--set', '姓名=林堃煊煊'],
      ['--reason', 'correction', '--document', '1150000003', '--set', '姓名=林煊堃'],
    ],
    kinds: { 2: 'replacement (換發)', 3: 'replacement, corrected before it was confirmed' },
  },
  {
    of: withEnglish({
      number: '300003',
      rank: 'lecturer',
      name: 'Nguyễn Thị Ánh Tuyết',
      nameEn: 'Nguyễn Thị Ánh Tuyết',
      idNumber: 'F900123457',
      birthDate: '1987-10-10',
      sex: 'female',
      category: null,
    }),
    reissues: [],
    kinds: { 1: 'holder with a 統一證號, no 審查類別' },
  },
  {
    of: withEnglish({
      number: '300004',
      name: '𠮷𤧟𡍼𪚥㛢',
      nameEn: 'Łucja-Ángela D’Ünþór',
      school: '國立龘犇大學',
      idNumber: 'C121212129',
      birthDate: '1981-09-07',
    }),
    reissues: [],
    kinds: { 1: 'rare characters, of plane 2 too' },
  },
  {
    of: withEnglish({
      number: '1',
      name: '丁',
      nameEn: 'I',
      school: '凌',
      schoolEn: 'L',
      category: '一',
      idNumber: 'L120000024',
      birthDate: '2014-08-15',
    }),
    reissues: [],
    kinds: { 1: 'shortest values' },
  },
  {
    of: withEnglish({
      number: '9876543210',
      rank: 'assistant-professor',
      name: repeated(`${SYLLABLES}‧`, 58),
      nameEn: repeated(PARTS, 140),
      school: repeated(SCHOOL, 54),
      schoolEn: repeated(`National University of ${PARTS}`, 170),
      category: repeated(SCHOOL, 46),
      idNumber: 'A800001235',
      birthDate: '1970-04-11',
    }),
    reissues: [],
    kinds: { 1: 'longest values that find place' },
  },
]

function withEnglish(changes: Partial<ApprovedCase>): ApprovedCase {
  return approvedCase({ nameEn: 'LIN, KUN-HSUAN', schoolEn: 'National Yuzao University', ...changes })
}

function repeated(text: string, length: number): string {
  return text
    .repeat(Math.ceil(length / text.length))
    .slice(0, length)
    .trim()
}
