export { runWorld, type WorldFlags } from '#src/cli/run-world';
