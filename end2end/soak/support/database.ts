// The database behind the server's back: to see whether what was acknowledged is there. Python and psql, because Node 20
// reads neither SQLite nor PostgreSQL.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { postgres } from "../../support/server";

const run = promisify(execFile);

const READ = `
import json, sqlite3, sys
on = sqlite3.connect(sys.argv[1], timeout=20)
rows = on.execute(sys.argv[2])
names = [column[0] for column in rows.description or []]
plain = lambda value: value.hex() if isinstance(value, bytes) else value
print(json.dumps([dict(zip(names, map(plain, row))) for row in rows]))
on.commit()
`;

export type Row = Record<string, string | number | boolean | null>;

export class Database {
  private constructor(
    readonly url: string,
    readonly name: "SQLite" | "PostgreSQL",
    private readonly direct: string,
  ) {}

  static sqlite(file: string): Database {
    return new Database(`sqlite://${file}?mode=rwc`, "SQLite", file);
  }

  /** A new, empty one in the cluster of `scripts/with-postgres.sh`. */
  static postgres(): Database {
    const url = postgres();
    return new Database(url, "PostgreSQL", url);
  }

  /** The same database, reached by the server through another port of this machine. */
  through(port: number): Database {
    return new Database(this.url.replace(/@127\.0\.0\.1:\d+/, `@127.0.0.1:${port}`), this.name, this.direct);
  }

  /** The port of the PostgreSQL it is in. */
  get port(): number {
    return Number(new URL(this.direct).port);
  }

  /** The rows of a query. Identifiers come as 32 hexadecimal digits from both databases. */
  async rows(sql: string): Promise<Row[]> {
    const { stdout } =
      this.name === "SQLite"
        ? await run("python3", ["-c", READ, this.direct, sql], { maxBuffer: 1 << 28 })
        : await run("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", this.direct, "-c", `SELECT coalesce(json_agg(found), '[]') FROM (${sql}) AS found`], { maxBuffer: 1 << 28 });
    return JSON.parse(stdout, (_, value: unknown) =>
      typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value) ? value.replaceAll("-", "") : value,
    ) as Row[];
  }

  /** Runs a statement that gives no rows (PostgreSQL). */
  async execute(sql: string): Promise<void> {
    await run("psql", ["-Xq", "-v", "ON_ERROR_STOP=1", this.direct, "-c", sql]);
  }

  /** A number that a query counts. */
  async count(sql: string): Promise<number> {
    const [row] = await this.rows(sql);
    return Number(Object.values(row ?? {})[0]);
  }
}
