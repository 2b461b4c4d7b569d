/** A row of `lib/sql/changes.sql`. */
export interface ChangeRow {
  readonly eventid: string;
  readonly eventtime: string;
  readonly eventname: string;
  readonly eventsource: string;
  readonly principal_id: string | null;
  readonly principal_arn?: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  readonly bucket: string | null;
  readonly requestparameters: string | null;
  readonly responseelements: string | null;
}
