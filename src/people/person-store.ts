import { newId } from '../shared/ids.ts'
import type { Database } from '../storage/database.ts'

/** Persons are told apart by their ID numbers; one person may have had several (E36). */
export type PersonStore = {
  findByIdNumber(idNumber: string): Promise<string | undefined>
  /** the person with this number, made when there is none */
  getOrCreate(idNumber: string): Promise<string>
  addIdNumber(personId: string, idNumber: string): Promise<void>
  /** all numbers and certificates of `from` become those of `into` */
  join(from: string, into: string): Promise<void>
}

export function personStore(db: Database): PersonStore {
  async function findByIdNumber(idNumber: string): Promise<string | undefined> {
    const row = await db
      .selectFrom('person_id_numbers')
      .select('person_id')
      .where('id_number', '=', idNumber)
      .executeTakeFirst()
    return row?.person_id
  }

  async function addIdNumber(personId: string, idNumber: string): Promise<void> {
    await db.insertInto('person_id_numbers').values({ id_number: idNumber, person_id: personId }).execute()
  }

  return {
    findByIdNumber,
    addIdNumber,
    async getOrCreate(idNumber) {
      const found = await findByIdNumber(idNumber)
      if (found !== undefined) return found
      const id = newId()
      await db.insertInto('persons').values({ id }).execute()
      await addIdNumber(id, idNumber)
      return id
    },
    async join(from, into) {
      await db.updateTable('person_id_numbers').set({ person_id: into }).where('person_id', '=', from).execute()
      await db.updateTable('certificates').set({ person_id: into }).where('person_id', '=', from).execute()
      await db.updateTable('revocation_acts').set({ person_id: into }).where('person_id', '=', from).execute()
    },
  }
}
