/** For Svelte pages: the places of the widget's form, a component that the page's own build compiles. */
export { default as DinerPlaces } from "./DinerPlaces.svelte";
