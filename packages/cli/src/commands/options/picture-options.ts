import { count } from '../../command-line/numbers.js';

/** Whether only the middle of pictures is taken. */
export const cropOption = count('Side of the middle that is taken of each picture, pixels; default all of it');

/** Whether only some of the pictures are taken. */
export const limitOption = count('Use only this many pictures, the first ones');
