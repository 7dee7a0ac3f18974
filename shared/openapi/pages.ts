import * as z from 'zod';
import { publicOperation } from '../api/operation.ts';

export const getDocument = publicOperation({
  id: 'getOpenApiDocument',
  tag: 'About',
  summary: 'Read this document',
  path: '/openapi.json',
  isStatic: true,
  answer: z.object({ openapi: z.string() }),
});

export const getDocs = publicOperation({
  id: 'getDocs',
  tag: 'About',
  summary: 'Show this document as a page',
  description: 'HTML. Works without any other address.',
  path: '/docs',
  isStatic: true,
});
