/** A dashboard in Grafana's classic JSON; its `uid` is what it is known by. */
export interface ClassicDashboard {
  readonly uid: string;
  readonly title: string;
}

/** How a dashboard is saved. */
export interface SaveOptions {
  /** Left out, it lies outside of any folder. */
  readonly folderUid: string | undefined;
  /** Whether it takes the place of one with the same uid. */
  readonly overwrite: boolean;
  /** What the history of the dashboard says. */
  readonly message: string;
}

/** One of the two interfaces that Grafana has had for the same. */
export interface GrafanaApi {
  /** The uid of the folder of that title, which is made when there is none. */
  folderOf(title: string): Promise<string>;
  /** The address of the saved dashboard, relative to that of Grafana. */
  save(dashboard: ClassicDashboard, options: SaveOptions): Promise<string>;
}

/** Thrown where an interface answers that it does not exist. */
export class ApiAbsent extends Error {}
