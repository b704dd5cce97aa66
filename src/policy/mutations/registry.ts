import type { Mutation } from '../mutation.ts';
import { gracePeriodMutation } from './grace-period.ts';
import { limitRangeMutation } from './limit-range.ts';
import { preStopSleep } from './pre-stop-sleep.ts';

/** Every mutation, in the order in which they run: the grace period is fitted to the sleeps that were injected. */
export const mutations: readonly Mutation[] = [limitRangeMutation, preStopSleep, gracePeriodMutation];
