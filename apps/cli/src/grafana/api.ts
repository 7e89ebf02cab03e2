/** A dashboard in Grafana's classic JSON, identified by its `uid`. */
export interface ClassicDashboard {
  readonly uid: string;
  readonly title: string;
}

/** How a dashboard is saved. */
export interface SaveOptions {
  /** Undefined for no folder. */
  readonly folderUid: string | undefined;
  /** Whether it replaces a dashboard with the same uid. */
  readonly overwrite: boolean;
  /** The message in the version history of the dashboard. */
  readonly message: string;
}

/** One of the two HTTP interfaces of Grafana. */
export interface GrafanaApi {
  /** The uid of the folder of that title; creates it if it does not exist. */
  folderOf(title: string): Promise<string>;
  /** The address of the saved dashboard, relative to that of Grafana. */
  save(dashboard: ClassicDashboard, options: SaveOptions): Promise<string>;
}

/** Thrown when Grafana does not have the interface. */
export class ApiAbsent extends Error {}
