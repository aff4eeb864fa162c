// The package `workerd` comes without types.
declare module "workerd" {
  const workerd: {
    /** Where the program lies. */
    readonly default: string;
    /** The newest compatibility date it knows. */
    readonly compatibilityDate: string;
    readonly version: string;
  };
  export default workerd;
}
